import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { agedPhotos, namedPhotos, waitingPhotos } from '../../src/photos/named';
import { PhotoStore, type Photo } from '../../src/photos/store';
import { freshState } from '../../src/sync/store';
import type { Entry, StoredRecord } from '../../src/sync/types';

const DAY = 24 * 3600_000;

const photo = (digest: string, more: Partial<Photo> = {}): Photo => ({ digest, bytes: new ArrayBuffer(1), at: 0, ...more });
const digests = (photos: Photo[]) => photos.map(({ digest }) => digest);
const record = (collection: string, fields: StoredRecord['fields']): StoredRecord => ({
  id: collection, collection, version: 1, unit: '2025:03442', stream: '2025:03442', fields, mark: 0n,
});
const entry = (collection: string, set: StoredRecord['fields']): Entry => ({
  life: 'a', seq: 1, run: 'r', change: { seq: 1, at: 0, collection, record: 'x', base: 0, set },
});

test('a photograph is found under its digest, and added twice it stands there once', async () => {
  const store = new PhotoStore('one');
  const bytes = new TextEncoder().encode('picture');
  const digest = await store.add(bytes, 5);
  expect(digest).toBe(createHash('sha256').update('picture').digest('hex'));
  await store.put({ ...(await store.get(digest))!, sent: 'epoch' });
  expect(await store.add(bytes, 9)).toBe(digest);
  expect((await store.get(digest))!.sent).toBe('epoch');
  expect(await store.all()).toHaveLength(1);
  expect(await new PhotoStore('two').all()).toEqual([]);
  await store.clear();
  expect(await store.all()).toEqual([]);
});

test('the photographs that wait are those that a record or an unsent change names, not those of a draft', () => {
  const named = namedPhotos({
    state: freshState(),
    records: [record('activity', { photo: 'a' }), record('need', { photo: 'x' }), record('activity', { photo: null })],
    entries: [entry('distribution', { photographs: ['b', 'c'] })],
  });
  expect([...named].sort()).toEqual(['a', 'b', 'c']);
  const photos = [photo('draft'), photo('c', { at: 3 }), photo('a', { at: 1 }), photo('b', { refused: 'file_type_refused' })];
  expect(digests(waitingPhotos(photos, named, 'e1'))).toEqual(['a', 'c']);
});

test('a server that was restored is offered again what it had', () => {
  const photos = [photo('a', { sent: 'e1' })];
  expect(waitingPhotos(photos, new Set(['a']), 'e1')).toEqual([]);
  expect(digests(waitingPhotos(photos, new Set(['a']), 'e2'))).toEqual(['a']);
});

test('only what the server has, or what nothing names, is forgotten, and only after sixty days', () => {
  const photos = [photo('sent', { sent: 'e' }), photo('waits'), photo('left')];
  const named = new Set(['sent', 'waits']);
  expect(agedPhotos(photos, named, 60 * DAY)).toEqual([]);
  expect(digests(agedPhotos(photos, named, 61 * DAY))).toEqual(['sent', 'left']);
});
