// Photographs on this phone: beside the store of the records, under the names by which records refer to them.

import { openDB, type DBSchema, type IDBPDatabase } from 'idb';
import { hex, type Bytes } from '../sync/bytes';

export interface Photo {
  /** SHA-256 of the bytes, as 64 hex digits. */
  digest: string;
  bytes: ArrayBuffer;
  /** When it was taken into the app. */
  at: number;
  /** Where its upload goes on. */
  url?: string;
  /** The epoch of the server that has it; a server that was restored is offered it again. */
  sent?: string;
  /** The code with which the server refused it. */
  refused?: string;
}

interface Schema extends DBSchema {
  photos: { key: string; value: Photo };
}

export const TYPE = 'image/jpeg';

async function within<T>(name: string, use: (db: IDBPDatabase<Schema>) => Promise<T>): Promise<T> {
  const db = await openDB<Schema>(`${name}-photos`, 1, {
    upgrade: (fresh) => void fresh.createObjectStore('photos', { keyPath: 'digest' }),
  });
  try {
    return await use(db);
  } finally {
    db.close();
  }
}

async function write(name: string, change: (store: { put(photo: Photo): unknown; delete(digest: string): unknown; clear(): unknown }) => unknown) {
  await within(name, async (db) => {
    const transaction = db.transaction('photos', 'readwrite', { durability: 'strict' });
    await Promise.all([change(transaction.objectStore('photos')), transaction.done]);
  });
}

export const digestOf = async (bytes: ArrayBuffer): Promise<string> =>
  hex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)));

/** The photographs of one person's store on this phone, named as that. */
export class PhotoStore {
  constructor(private readonly name: string) {}

  /** Resolves with its name when it is on disk. */
  async add(bytes: ArrayBuffer | Bytes, now: number): Promise<string> {
    const own = bytes instanceof ArrayBuffer ? bytes : bytes.slice().buffer;
    const digest = await digestOf(own);
    if (!(await this.get(digest))) await this.put({ digest, bytes: own, at: now });
    return digest;
  }

  put(photo: Photo): Promise<void> {
    return write(this.name, (store) => store.put(photo));
  }

  remove(digests: string[]): Promise<void> {
    return write(this.name, (store) => Promise.all(digests.map((digest) => store.delete(digest))));
  }

  clear(): Promise<void> {
    return write(this.name, (store) => store.clear());
  }

  get(digest: string): Promise<Photo | undefined> {
    return within(this.name, (db) => db.get('photos', digest));
  }

  all(): Promise<Photo[]> {
    return within(this.name, (db) => db.getAll('photos'));
  }
}
