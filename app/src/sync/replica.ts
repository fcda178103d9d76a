// Records on this phone and the sums of their streams; every function works inside a transaction of the caller.

import type { Transaction } from './store';
import type { State, StoredRecord } from './types';

const wrap = (sum: bigint): bigint => BigInt.asUintN(64, sum);

function addToSum(state: State, stream: string, mark: bigint): void {
  const held = (state.held[stream] ??= { sum: 0n });
  held.sum = wrap(held.sum + mark);
}

export async function removeRecord(transaction: Transaction, state: State, record: StoredRecord): Promise<void> {
  await transaction.objectStore('records').delete(record.id);
  addToSum(state, record.stream, -record.mark);
}

export async function putRecord(transaction: Transaction, state: State, record: StoredRecord): Promise<void> {
  const before = await transaction.objectStore('records').get(record.id);
  if (before) addToSum(state, before.stream, -before.mark);
  await transaction.objectStore('records').put(record);
  addToSum(state, record.stream, record.mark);
}

/** Takes a stream away with its records; unsent changes stay. */
export async function dropStream(transaction: Transaction, state: State, stream: string): Promise<void> {
  const records = transaction.objectStore('records');
  for (const id of await records.index('stream').getAllKeys(stream)) await records.delete(id);
  delete state.held[stream];
}

/** Sums anew what is stored; true where a sum was not what it should be, as after the loss of a record. */
export function recount(state: State, records: StoredRecord[]): boolean {
  const sums = new Map<string, bigint>();
  for (const { stream, mark } of records) sums.set(stream, (sums.get(stream) ?? 0n) + mark);
  let differs = false;
  for (const [stream, held] of Object.entries(state.held)) {
    const sum = wrap(sums.get(stream) ?? 0n);
    differs ||= sum !== held.sum;
    held.sum = sum;
  }
  return differs;
}
