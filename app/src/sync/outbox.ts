// Numbers what a person saves and keeps it until the server has it for good.

import { readState, writeState, type Transaction } from './store';
import { lifeNow, SCHEMA_VERSION, type Change, type Edit, type Entry, type Life, type State, type Value } from './types';

const KEEP_MS = 60 * 24 * 3600 * 1000;

export interface Moment {
  now: number;
  run: string;
  up: number;
}

function composed(value: Value): Value {
  if (typeof value === 'string') return value.normalize('NFC');
  if (Array.isArray(value)) return value.map(composed);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, composed(member)]));
}

/** Saves edits in one transaction: all of them or none. */
export async function append(transaction: Transaction, edits: Edit[], moment: Moment): Promise<void> {
  const state = await readState(transaction);
  const life = lifeNow(state);
  for (const edit of edits) {
    const stored = await transaction.objectStore('records').get(edit.record);
    const change = {
      ...(composed(edit as unknown as Value) as unknown as Edit),
      seq: ++life.last,
      at: moment.now,
      up: moment.up,
      base: edit.base ?? stored?.version ?? 0,
    } as Change;
    const entry: Entry = { life: life.incarnation, seq: change.seq, change, run: moment.run, schema: SCHEMA_VERSION };
    await transaction.objectStore('outbox').add(entry);
  }
  await writeState(transaction, state);
}

const ofLife = (life: Life) => IDBKeyRange.bound([life.incarnation, 0], [life.incarnation, Infinity]);

export const entriesOf = (transaction: Transaction, life: Life): Promise<Entry[]> =>
  transaction.objectStore('outbox').getAll(ofLife(life));

export const unsentOf = (life: Life): number => life.last - life.acked;

/** Earlier lives first: the present one continues them. */
export const lifeToSend = (state: State): Life => state.lives.find((life) => unsentOf(life) > 0) ?? lifeNow(state);

export const unsentCount = (state: State): number =>
  state.lives.reduce((count, life) => count + unsentOf(life), 0);

/** Forgets what is safe or old; what came back stays until somebody has looked after it. */
export async function prune(transaction: Transaction, now: number): Promise<void> {
  const state = await readState(transaction);
  const kept: Life[] = [];
  for (const life of state.lives) {
    let left = 0;
    for (const entry of await entriesOf(transaction, life)) {
      const safe = entry.seq <= life.safe || (entry.ackedAt !== undefined && entry.ackedAt < now - KEEP_MS);
      const waits = entry.verdict?.verdict === 'quarantined' && !entry.handled;
      if (entry.seq <= life.acked && entry.reflected && safe && !waits) {
        await transaction.objectStore('outbox').delete([entry.life, entry.seq]);
      } else {
        left++;
      }
    }
    if (left > 0 || unsentOf(life) > 0 || life === lifeNow(state)) kept.push(life);
  }
  state.lives = kept;
  await writeState(transaction, state);
}
