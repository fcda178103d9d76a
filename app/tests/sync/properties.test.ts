import 'fake-indexeddb/auto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { newId } from '../../src/sync/ids';
import type { Edit } from '../../src/sync/types';
import { ModelServer } from './model_server';
import { Phone, type Link } from './phone';

const UNIT = '2025:03442';

type PhoneStep =
  | { do: 'create' | 'edit' | 'count' | 'delete' | 'spoil'; phone: number; pick: number }
  | { do: 'sync'; phone: number; link: Link }
  | { do: 'kill'; phone: number; after: number }
  | { do: 'backup' | 'restore' | 'rewind'; phone: number };
type ServerStep = { do: 'server_backup' | 'server_restore' };
type Step = PhoneStep | ServerStep;

const phone = fc.nat(1);
const saving = fc.record({
  do: fc.constantFrom('create' as const, 'create' as const, 'edit' as const, 'count' as const, 'delete' as const, 'spoil' as const),
  phone,
  pick: fc.nat(),
});
const links: Link[] = ['good', 'good', 'request_lost', 'answer_lost', 'sent_twice', 'late_repeat'];
const syncing = fc.record({ do: fc.constant('sync' as const), phone, link: fc.constantFrom(...links) });
const killing = fc.record({ do: fc.constant('kill' as const), phone, after: fc.nat(6) });
const copying = fc.record({ do: fc.constantFrom('backup' as const, 'restore' as const, 'rewind' as const), phone });
const serverCopying = fc.record({ do: fc.constantFrom('server_backup' as const, 'server_restore' as const) });

class Play {
  readonly server = new ModelServer([UNIT, 'person:x']);
  readonly phones: Phone[] = [];
  private readonly backups: (Awaited<ReturnType<Phone['backup']>> | undefined)[] = [];
  private serverBackup = this.server.backup();
  private marks = 0;

  async begin(): Promise<void> {
    for (const device of ['device-a', 'device-b']) this.phones.push(await Phone.make(device, this.server));
  }

  async step(step: Step): Promise<void> {
    if ('phone' in step) await this.stepOf(this.phones[step.phone]!, step);
    else if (step.do === 'server_backup') this.serverBackup = this.server.backup();
    else this.server.restore(this.serverBackup);
    await this.checkPendingIsShown();
  }

  private async stepOf(phone: Phone, step: PhoneStep): Promise<void> {
    switch (step.do) {
      case 'sync':
        phone.link = step.link;
        return phone.sync();
      case 'kill':
        phone.killAfterWrites = step.after;
        await phone.sync();
        return phone.restart();
      case 'backup':
        this.backups[step.phone] = await phone.backup();
        return;
      case 'restore': {
        const backup = this.backups[step.phone];
        return backup && phone.restore(backup);
      }
      case 'rewind':
        return this.rewind(phone);
      default:
        return this.save(phone, step);
    }
  }

  /** Goes back to a moment before the last change was sent, and on with another one: the numbers come twice. */
  private async rewind(phone: Phone): Promise<void> {
    const before = await phone.backup();
    await this.save(phone, { do: 'create', pick: 0 });
    await phone.sync();
    await phone.restore(before);
    await this.save(phone, { do: 'create', pick: 0 });
    await phone.sync();
  }

  /** What somebody saved is on the screen until the server has taken it, whatever happened in between. */
  private async checkPendingIsShown(): Promise<void> {
    for (const phone of this.phones) {
      const shown = await phone.shown();
      const { entries } = await phone.snapshot();
      const last = new Map(entries.map(({ change, ackedAt }) => [change.record, { change, ackedAt }]));
      for (const [record, { change, ackedAt }] of last) {
        if (ackedAt !== undefined) continue;
        if (change.delete) expect(shown.has(record)).toBe(false);
        else expect(shown.get(record)?.fields['mark']).toBe(change.set?.['mark']);
      }
    }
  }

  private async save(phone: Phone, step: { do: string; pick: number }): Promise<void> {
    const mark = `mark-${this.marks++}`;
    const ids = [...(await phone.shown()).keys()].sort();
    const record = ids[step.pick % Math.max(1, ids.length)];
    const edits: { [what: string]: () => Edit } = {
      edit: () => ({ collection: 'need', record: record!, set: { mark, note: mark } }),
      count: () => ({ collection: 'need', record: record!, set: { mark }, inc: { tally: 1 } }),
      delete: () => ({ collection: 'need', record: record!, delete: true, reason: 'test', set: { mark } }),
      spoil: () => ({ collection: 'need', record: record!, set: { mark, bad: true } }),
    };
    const make = record ? edits[step.do] : undefined;
    const create: Edit = { collection: 'need', record: newId(this.marks), set: { unit: UNIT, mark } };
    await phone.client.save([make ? make() : create]);
  }

  /** Everybody syncs over good links until nothing moves. */
  async settle(): Promise<void> {
    for (let round = 0; round < 3; round++) {
      for (const phone of this.phones) {
        phone.restart();
        await phone.client.open();
        await phone.sync();
      }
    }
  }

  async check(): Promise<void> {
    const expected = this.server.live(UNIT).map(({ id, version, fields }) => ({ id, version, fields }));
    for (const phone of this.phones) {
      const { records, entries, state } = await phone.snapshot();
      const held = records.map(({ id, version, fields }) => ({ id, version, fields }));
      expect(held.sort(byId)).toEqual(expected.sort(byId));
      for (const life of state.lives) expect(life.acked).toBe(life.last);
      expect(entries.filter((entry) => entry.ackedAt === undefined)).toEqual([]);
      const shown = [...(await phone.shown()).values()].map(({ id, version, fields }) => ({ id, version, fields }));
      expect(shown.sort(byId)).toEqual(expected.sort(byId));
    }
    const { history } = this.server.data;
    expect(new Set(history).size).toBe(history.length);
  }

  /** Everything that a phone still keeps is at the server, once. */
  async checkNothingLost(): Promise<void> {
    const history = new Set(this.server.data.history);
    for (const phone of this.phones) {
      for (const { change } of (await phone.snapshot()).entries) expect(history).toContain(change.set?.['mark']);
    }
  }
}

const byId = (a: { id: string }, b: { id: string }) => (a.id < b.id ? -1 : 1);

async function holds(steps: Step[], marksExpected: boolean, seen: Map<string, number>): Promise<void> {
  const play = new Play();
  await play.begin();
  let saved = 0;
  for (const step of steps) {
    await play.step(step);
    if (['create', 'edit', 'count', 'delete', 'spoil'].includes(step.do)) saved++;
  }
  await play.settle();
  await play.check();
  await play.checkNothingLost();
  for (const [code, count] of play.server.refusals) seen.set(code, (seen.get(code) ?? 0) + count);
  if (marksExpected) expect(play.server.data.history.length).toBe(saved);
}

const RUNS = Number(process.env['SUOI_RUNS'] ?? 60);

/** Plays many histories; each property says which refusals it must have met. */
function property(name: string, step: fc.Arbitrary<Step>, marksExpected: boolean, meets: string[]): void {
  const body = async () => {
    const seen = new Map<string, number>();
    const steps = fc.array(step, { maxLength: 24 });
    await fc.assert(fc.asyncProperty(steps, (all) => holds(all, marksExpected, seen)), { numRuns: RUNS });
    expect([...seen.keys()]).toEqual(expect.arrayContaining(meets));
  };
  test(name, body, 120_000);
}

property(
  'with bad links and kills every change arrives exactly once and all hold the same',
  fc.oneof(saving, saving, syncing, killing),
  true,
  [],
);
property(
  'a phone that is set back to a backup goes on in a new life',
  fc.oneof(saving, saving, syncing, killing, copying),
  false,
  ['device_forked'],
);
property(
  'a restored server is given again what it lost',
  fc.oneof(saving, saving, syncing, killing, serverCopying),
  true,
  ['server_restored'],
);
