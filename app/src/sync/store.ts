// The local store in IndexedDB. A promise of a write resolves when the transaction is complete and on disk.

import { openDB, type DBSchema, type IDBPDatabase, type IDBPTransaction } from 'idb';
import { randomHex } from './bytes';
import type { Entry, State, StoredRecord } from './types';

interface Schema extends DBSchema {
  meta: { key: string; value: unknown };
  records: { key: string; value: StoredRecord; indexes: { stream: string } };
  outbox: { key: [string, number]; value: Entry };
  drafts: { key: string; value: unknown };
}
type StoreName = 'meta' | 'records' | 'outbox' | 'drafts';
export type Transaction = IDBPTransaction<Schema, StoreName[], 'readwrite'>;

export const freshState = (): State => ({
  lives: [{ incarnation: randomHex(16), last: 0, acked: 0, safe: 0 }],
  schemaVersion: 1,
  streams: [],
  held: {},
});

export interface Snapshot {
  state: State;
  records: StoredRecord[];
  entries: Entry[];
}

export function inOrder(state: State, entries: Entry[]): Entry[] {
  const order = new Map(state.lives.map((life, index) => [life.incarnation, index]));
  return entries.sort((a, b) => order.get(a.life)! - order.get(b.life)! || a.seq - b.seq);
}

export class Store {
  private db: Promise<IDBPDatabase<Schema>> | undefined;
  private closed = false;

  constructor(readonly name: string) {}

  private open(): Promise<IDBPDatabase<Schema>> {
    if (this.closed) throw new Error('the store is closed');
    // iOS drops connections under memory pressure: the next use opens a new one.
    const forget = () => (this.db = undefined);
    this.db ??= openDB<Schema>(this.name, 1, {
      upgrade(db) {
        db.createObjectStore('meta');
        db.createObjectStore('records', { keyPath: 'id' }).createIndex('stream', 'stream');
        db.createObjectStore('outbox', { keyPath: ['life', 'seq'] });
        db.createObjectStore('drafts');
      },
      blocking: (_old, _new, event) => {
        (event.target as IDBDatabase).close();
        forget();
      },
      terminated: forget,
    }).catch((fault) => {
      forget();
      throw fault;
    });
    return this.db;
  }

  /** Runs `work` in one transaction over the whole store; tries once more on a connection that was dropped. */
  async write<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    for (let again = true; ; again = false) {
      try {
        return await this.attempt(work);
      } catch (fault) {
        if (!again || !(fault instanceof DOMException) || fault.name !== 'InvalidStateError') throw fault;
        this.db = undefined;
      }
    }
  }

  private async attempt<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    const db = await this.open();
    const transaction = db.transaction(['meta', 'records', 'outbox', 'drafts'], 'readwrite', { durability: 'strict' });
    transaction.done.catch(() => undefined); // the fault of an aborted transaction comes from `work` or from below
    let result: T;
    try {
      result = await work(transaction);
    } catch (fault) {
      try {
        transaction.abort();
      } catch {
        // it has ended already
      }
      throw fault;
    }
    await transaction.done;
    return result;
  }

  /** Everything at one moment, the changes in the order of saving. */
  async snapshot(): Promise<Snapshot> {
    const db = await this.open();
    const transaction = db.transaction(['meta', 'records', 'outbox']);
    const [known, records, entries] = await Promise.all([
      transaction.objectStore('meta').get('state') as Promise<State | undefined>,
      transaction.objectStore('records').getAll(),
      transaction.objectStore('outbox').getAll(),
      transaction.done,
    ]);
    const state = known ?? (await this.write(readState));
    return { state, records, entries: inOrder(state, entries) };
  }

  async meta<T>(key: string): Promise<T | undefined> {
    return (await (await this.open()).get('meta', key)) as T | undefined;
  }

  async state(): Promise<State> {
    return ((await (await this.open()).get('meta', 'state')) as State | undefined) ?? this.write(readState);
  }

  async setMeta(key: string, value: unknown): Promise<void> {
    await this.write((transaction) => transaction.objectStore('meta').put(value, key));
  }

  async draftKeys(): Promise<string[]> {
    return (await this.open()).getAllKeys('drafts');
  }

  async draft<T>(key: string): Promise<T | undefined> {
    return (await (await this.open()).get('drafts', key)) as T | undefined;
  }

  async setDraft(key: string, value: unknown): Promise<void> {
    await this.write(async (transaction) => {
      const drafts = transaction.objectStore('drafts');
      await (value === undefined ? drafts.delete(key) : drafts.put(value, key));
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    (await this.db)?.close();
  }
}

export async function readState(transaction: Transaction): Promise<State> {
  const known = (await transaction.objectStore('meta').get('state')) as State | undefined;
  if (known) return known;
  const state = freshState();
  await writeState(transaction, state);
  return state;
}

export async function writeState(transaction: Transaction, state: State): Promise<void> {
  await transaction.objectStore('meta').put(state, 'state');
}
