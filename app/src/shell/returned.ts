// What the server keeps aside of this person's work: told by the verdict to the phone that sent it, and by a record to
// every phone of the person, also to one that has lost its store.

import { signal } from '@preact/signals';
import type { Change, Entry } from '../sync';
import { all, client, entries, text } from './model';

export interface Returned {
  key: string;
  change: Change;
  code: string;
  detail: string;
  field: string;
  /** The change in this phone's outbox, where it is still there. */
  entry?: Entry;
}

const PUT_AWAY = 'put_away';
const putAwayKeys = signal<string[]>([]);

export async function openReturned(): Promise<void> {
  putAwayKeys.value = (await client.store.meta<string[]>(PUT_AWAY)) ?? [];
}

/** A number may be used again by a restored phone, but not with the same record and clock. */
const keyOf = ({ record, seq, at }: Change): string => `${record}/${seq}/${at}`;

function toldByVerdict(): Returned[] {
  return entries.value.flatMap((entry) => {
    const { change, verdict } = entry;
    if (verdict?.verdict !== 'quarantined') return [];
    const { code = '', detail = '', field = '' } = verdict;
    return [{ key: keyOf(change), change, code, detail, field, entry }];
  });
}

export function returnedItems(): Returned[] {
  const items = new Map(toldByVerdict().map((item) => [item.key, item]));
  for (const record of all('returned_change')) {
    const change = record.fields['change'] as unknown as Change | undefined;
    if (!change?.record) continue;
    const key = keyOf(change);
    if (text(record, 'state') === 'released') items.delete(key);
    else if (!items.has(key)) {
      const [code, detail, field] = ['code', 'detail', 'field'].map((name) => text(record, name)) as [string, string, string];
      items.set(key, { key, change, code, detail, field });
    }
  }
  return [...items.values()].filter(({ key, entry }) => !entry?.handled && !putAwayKeys.value.includes(key));
}

/** Gone from the screen only once it is so on the disk: a reload must not bring it back. */
export async function putAway({ key, entry }: Returned): Promise<void> {
  const keys = [...putAwayKeys.value, key];
  await client.store.setMeta(PUT_AWAY, keys);
  if (entry) await client.putAway(entry.life, entry.seq);
  putAwayKeys.value = keys;
}
