// Sends photographs, after everything that was written: each goes on at the byte where the link broke.

import { photosWaiting } from '../shell/photos';
import type { Outcome, SyncClient } from '../sync';
import { agedPhotos, namedPhotos, waitingPhotos } from './named';
import { PhotoStore, type Photo } from './store';

type Sent = { kind: 'sent' } | { kind: 'refused'; code: string } | { kind: 'later' };

const PATIENCE_MS = 60_000;

/** Whether the server has it and shows it to this person; nothing where no answer came. */
async function isThere(digest: string, token: string): Promise<boolean | undefined> {
  const headers = { Authorization: `Bearer ${token}` };
  const options = { method: 'HEAD', headers, signal: AbortSignal.timeout(PATIENCE_MS), cache: 'no-store' } as const;
  const answer = await fetch(`/v1/files/${digest}`, options).catch(() => undefined);
  if (answer?.ok) return true;
  return answer?.status === 404 ? false : undefined;
}

async function sendOne(store: PhotoStore, photo: Photo, token: string): Promise<Sent> {
  const there = await isThere(photo.digest, token);
  if (there === undefined) return { kind: 'later' };
  if (there) return { kind: 'sent' };
  const { upload } = await import('./upload');
  return upload(photo, token, (url) => store.put({ ...photo, url }));
}

async function sendAll(client: SyncClient, store: PhotoStore): Promise<void> {
  const snapshot = await client.store.snapshot();
  const { identity, epoch } = snapshot.state;
  if (!identity || epoch === undefined) return;
  const named = namedPhotos(snapshot);
  for (const photo of waitingPhotos(await store.all(), named, epoch)) {
    const outcome = await sendOne(store, photo, identity.token);
    if (outcome.kind === 'later') return;
    const { url: _, ...rest } = photo;
    await store.put(outcome.kind === 'sent' ? { ...rest, sent: epoch } : { ...rest, refused: outcome.code });
  }
  const aged = agedPhotos(await store.all(), named, Date.now());
  if (aged.length > 0) await store.remove(aged.map(({ digest }) => digest));
}

/** One tab sends at a time; the others wait and then find nothing left. */
export async function sendPhotos(client: SyncClient): Promise<void> {
  const work = () => sendAll(client, new PhotoStore(client.name));
  await (navigator.locks ? navigator.locks.request(`photos:${client.name}`, work) : work());
}

/** For the bar: of the person who has the app open. */
export async function countWaiting(client: SyncClient): Promise<void> {
  const [photos, snapshot] = await Promise.all([new PhotoStore(client.name).all(), client.store.snapshot()]);
  photosWaiting.value = waitingPhotos(photos, namedPhotos(snapshot), snapshot.state.epoch).length;
}

/** Photographs stay where they are while something keeps back the words; a revoked phone that has given all forgets. */
export async function afterSync(client: SyncClient, outcome: Outcome, unsent: number): Promise<void> {
  if (outcome.kind === 'done') await sendPhotos(client);
  const revoked = outcome.kind === 'stopped' && outcome.code === 'device_revoked';
  if (revoked && unsent === 0) await forgetPhotos(client);
  await countWaiting(client);
}

export const forgetPhotos = (client: SyncClient): Promise<void> => new PhotoStore(client.name).clear();
