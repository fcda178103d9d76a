// Takes an answer to a sync into the local store. Everything here runs inside one transaction, so a kill at any moment
// leaves the store as it was before or as it is after.

import type { ProblemBody, SyncAnswer } from './answer';
import { markOf, sumText } from './ids';
import { entriesOf } from './outbox';
import { layOver } from './overlay';
import { dropStream, putRecord, removeRecord } from './replica';
import { inOrder, readState, writeState, type Transaction } from './store';
import type { Entry, Life, State, StoredRecord } from './types';

/** Hashing cannot wait inside a transaction, so the marks of all versions that an answer names come first. */
export async function marksOf(answer: SyncAnswer): Promise<Map<string, bigint>> {
  const named: [string, number][] = [
    ...answer.settled.map(([id, version]): [string, number] => [id, version]),
    ...answer.records.map(({ id, version }): [string, number] => [id, version]),
  ];
  const marks = await Promise.all(named.map(([id, version]) => markOf(id, version)));
  return new Map(named.map(([id, version], index) => [`${id}:${version}`, marks[index]!]));
}

export interface Taken {
  more: boolean;
  sumsAgree: boolean;
  advanced: boolean;
}

const NOTHING: Taken = { more: true, sumsAgree: true, advanced: false };

export async function applyAnswer(
  transaction: Transaction,
  answer: SyncAnswer,
  sent: { incarnation: string; epoch: string | undefined },
  marks: Map<string, bigint>,
  now: number,
): Promise<Taken> {
  const state = await readState(transaction);
  const life = state.lives.find(({ incarnation }) => incarnation === sent.incarnation);
  if (!life || state.epoch !== sent.epoch) return NOTHING; // the store has moved on since the request was made
  return new Application(transaction, state, life, answer, marks, now).run();
}

/** The part of an answer that a revoked device gets as well. */
export async function applyAcks(
  transaction: Transaction,
  life: Life,
  body: Pick<ProblemBody, 'acked' | 'receipt' | 'verdicts'>,
  now: number,
): Promise<void> {
  if (body.acked !== undefined) life.acked = Math.min(life.last, body.acked);
  if (body.receipt) life.receipt = body.receipt;
  const verdicts = new Map(body.verdicts.map((verdict) => [verdict.seq, verdict]));
  for (const entry of await entriesOf(transaction, life)) {
    const verdict = verdicts.get(entry.seq);
    const fresh = entry.seq <= life.acked && entry.ackedAt === undefined;
    if (!verdict && !fresh) continue;
    if (fresh) entry.ackedAt = now;
    if (verdict) entry.verdict = verdict;
    if (verdict?.verdict === 'quarantined') entry.reflected = true;
    await transaction.objectStore('outbox').put(entry);
  }
}

class Application {
  /** Changes that the server has and that are still laid over, by record. */
  private readonly laid = new Map<string, Entry[]>();

  constructor(
    private readonly transaction: Transaction,
    private readonly state: State,
    private readonly life: Life,
    private readonly answer: SyncAnswer,
    private readonly marks: Map<string, bigint>,
    private readonly now: number,
  ) {}

  async run(): Promise<Taken> {
    const { answer, state, life, transaction } = this;
    const ackedBefore = life.acked;
    state.epoch = answer.epoch;
    state.schemaVersion = answer.schema_version;
    await this.takeStreams();
    life.safe = Math.max(life.safe, answer.safe);
    await applyAcks(transaction, life, answer, this.now);
    await this.collectLaid();
    await this.takeOwnDeletes();
    await this.takeRemoved();
    for (const settled of answer.settled) await this.takeSettled(...settled);
    await this.takeRecords();
    const moved = this.takeCursors();
    const sumsAgree = await this.takeSums();
    if (!answer.more && sumsAgree) {
      for (const record of [...this.laid.keys()]) await this.reflect(record);
      state.complete = true;
    }
    state.lastSuccess = this.now;
    state.clockOffset = answer.clock - this.now;
    delete state.problem;
    await writeState(transaction, state);
    return { more: answer.more, sumsAgree, advanced: moved || life.acked > ackedBefore };
  }

  private async collectLaid(): Promise<void> {
    const entries: Entry[] = [];
    for (const life of this.state.lives) {
      for (const entry of await entriesOf(this.transaction, life)) {
        if (entry.seq <= life.acked && !entry.reflected) entries.push(entry);
      }
    }
    for (const entry of inOrder(this.state, entries)) {
      const { record } = entry.change;
      this.laid.set(record, [...(this.laid.get(record) ?? []), entry]);
    }
  }

  private async reflect(record: string): Promise<Entry[]> {
    const entries = this.laid.get(record) ?? [];
    this.laid.delete(record);
    for (const entry of entries) {
      await this.transaction.objectStore('outbox').put({ ...entry, reflected: true });
    }
    return entries;
  }

  private async takeStreams(): Promise<void> {
    this.state.streams = this.answer.streams;
    const allowed = new Set(this.answer.streams);
    for (const stream of Object.keys(this.state.held)) {
      if (!allowed.has(stream)) await dropStream(this.transaction, this.state, stream);
    }
  }

  /** An own delete that was applied is named nowhere; one that others' work undid comes back in `records`. */
  private async takeOwnDeletes(): Promise<void> {
    for (const [record, entries] of this.laid) {
      if (!entries.some(({ change }) => change.delete)) continue;
      const stored = await this.transaction.objectStore('records').get(record);
      if (stored) await removeRecord(this.transaction, this.state, stored);
      await this.reflect(record);
    }
  }

  private async takeRemoved(): Promise<void> {
    for (const { id, version, stream } of this.answer.removed) {
      const stored = await this.transaction.objectStore('records').get(id);
      if (!stored || stored.stream !== stream || stored.version > version) continue;
      await removeRecord(this.transaction, this.state, stored);
    }
  }

  /** The server's record is what the device made of it: its stored form with the own changes laid over. */
  private async takeSettled(id: string, version: number, stream: string): Promise<void> {
    const entries = await this.reflect(id);
    const first = entries[0]?.change;
    const stored = await this.transaction.objectStore('records').get(id);
    if (!stored && !first) return; // nothing to make it from; the sum will differ, and the stream comes anew
    const record: StoredRecord = stored ?? {
      id,
      collection: first!.collection,
      version: 0,
      unit: '',
      stream,
      createdAt: first!.at,
      fields: {},
      mark: 0n,
      ...(this.state.identity && { createdBy: this.state.identity.person }),
    };
    for (const { change } of entries) layOver(change, record);
    await putRecord(this.transaction, this.state, { ...record, version, stream, mark: this.mark(id, version) });
  }

  private async takeRecords(): Promise<void> {
    for (const { id, collection, version, unit, stream, created_by, created_at, fields } of this.answer.records) {
      await this.reflect(id);
      const stored = await this.transaction.objectStore('records').get(id);
      if (stored && stored.version > version) continue;
      const mark = this.mark(id, version);
      const record: StoredRecord = { id, collection, version, unit, stream, fields, mark };
      if (created_by) record.createdBy = created_by;
      if (created_at !== undefined) record.createdAt = created_at;
      await putRecord(this.transaction, this.state, record);
    }
  }

  private mark(id: string, version: number): bigint {
    return this.marks.get(`${id}:${version}`)!;
  }

  private takeCursors(): boolean {
    let moved = false;
    for (const [stream, position] of Object.entries(this.answer.cursors)) {
      const held = (this.state.held[stream] ??= { sum: 0n });
      moved ||= position > (held.cursor ?? 0);
      held.cursor = position;
    }
    return moved;
  }

  private async takeSums(): Promise<boolean> {
    let agree = true;
    for (const [stream, sum] of Object.entries(this.answer.sums)) {
      if (sum === sumText(this.state.held[stream]?.sum ?? 0n)) continue;
      await dropStream(this.transaction, this.state, stream);
      agree = false;
    }
    return agree;
  }
}
