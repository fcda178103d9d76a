// What the answers 403, 409 and 410 ask of the device.

import type { ProblemBody } from './answer';
import { applyAcks } from './apply';
import { randomHex } from './bytes';
import { entriesOf, unsentCount } from './outbox';
import { dropStream } from './replica';
import { readState, writeState, type Transaction } from './store';
import { lifeNow, type Entry, type Life, type State } from './types';

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

async function unacknowledge(transaction: Transaction, life: Life, acked: number): Promise<Entry[]> {
  life.acked = clamp(acked, 0, life.last);
  life.safe = Math.min(life.safe, life.acked);
  const again: Entry[] = [];
  for (const entry of await entriesOf(transaction, life)) {
    if (entry.seq <= life.acked) continue;
    again.push({ ...entry });
    delete entry.ackedAt;
    delete entry.reflected;
    delete entry.verdict;
    await transaction.objectStore('outbox').put(entry);
  }
  return again;
}

type Setback = (transaction: Transaction, state: State, life: Life, body: ProblemBody, now: number) => Promise<void>;

const fillGap: Setback = async (transaction, _state, life, body) => {
  await unacknowledge(transaction, life, (body.expected ?? 1) - 1);
};

/**
 * Another copy of this store has gone on under the same name. What stands before `at` is there and the same; the rest
 * is numbered anew in a new life.
 */
const fork: Setback = async (transaction, state, life, body, now) => {
  const at = body.at ?? 1;
  const outbox = transaction.objectStore('outbox');
  const entries = await entriesOf(transaction, life);
  for (const entry of entries.filter(({ seq }) => seq < at)) await outbox.put({ ackedAt: now, ...entry });
  const pending = entries.filter(({ seq }) => seq >= at);
  life.last = life.acked = at - 1;
  if (life === lifeNow(state)) {
    const continues = { incarnation: life.incarnation, seq: at - 1 };
    state.lives.push({ incarnation: randomHex(16), last: 0, acked: 0, safe: 0, continues });
  }
  const present = lifeNow(state);
  for (const { life: old, seq, change, run, schema } of pending) {
    await outbox.delete([old, seq]);
    const renumbered = ++present.last;
    const same = { change: { ...change, seq: renumbered }, run, ...(schema !== undefined && { schema }) };
    await outbox.add({ life: present.incarnation, seq: renumbered, ...same });
  }
};

/** What the restored server lacks is given to it again, and records that it cannot know are forgotten. */
const followRestore: Setback = async (transaction, state, life, body) => {
  if (body.epoch) state.epoch = body.epoch;
  const dropped = new Set<string>();
  for (const [stream, { cursor = 0 }] of Object.entries(state.held)) {
    if (cursor > (body.heads[stream] ?? 0)) dropped.add(stream);
  }
  for (const each of state.lives) {
    const first = each === life ? (body.expected ?? 1) : (await entriesOf(transaction, each))[0]?.seq;
    if (first === undefined) continue;
    delete each.receipt;
    for (const entry of await unacknowledge(transaction, each, first - 1)) {
      // A page may have settled a record whose stream's cursor still stands below it.
      const stored = await transaction.objectStore('records').get(entry.change.record);
      if (entry.reflected && stored) dropped.add(stored.stream);
    }
  }
  for (const stream of dropped) await dropStream(transaction, state, stream);
};

const dropOldStreams: Setback = async (transaction, state, _life, body) => {
  for (const stream of body.streams) await dropStream(transaction, state, stream);
};

const ANSWERS: { [code: string]: Setback } = {
  sequence_gap: fillGap,
  device_forked: fork,
  server_restored: followRestore,
  cursor_too_old: dropOldStreams,
};

/** Mends the store as a 409 or 410 asks; false where its code is unknown. */
export async function mend(
  transaction: Transaction,
  incarnation: string,
  body: ProblemBody,
  now: number,
): Promise<boolean> {
  const state = await readState(transaction);
  const life = state.lives.find((one) => one.incarnation === incarnation);
  const answer = ANSWERS[body.code];
  if (!life || !answer) return false;
  await answer(transaction, state, life, body, now);
  await writeState(transaction, state);
  return true;
}

/** A revoked device gives what it has and then forgets; true while it makes progress. */
export async function takeRevocation(
  transaction: Transaction,
  incarnation: string,
  body: ProblemBody,
  now: number,
): Promise<boolean> {
  const state = await readState(transaction);
  const life = state.lives.find((one) => one.incarnation === incarnation);
  if (!life) return false;
  const before = life.acked;
  await applyAcks(transaction, life, body, now);
  state.problem = { status: 403, code: 'device_revoked' };
  if (body.wipe && unsentCount(state) === 0) await wipe(transaction, state);
  await writeState(transaction, state);
  return life.acked > before && unsentCount(state) > 0;
}

export async function wipe(transaction: Transaction, state: State): Promise<void> {
  await transaction.objectStore('records').clear();
  await transaction.objectStore('outbox').clear();
  await transaction.objectStore('drafts').clear();
  for (const life of state.lives) life.acked = life.last;
  state.held = {};
}
