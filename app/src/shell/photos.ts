// How many photographs are only on this phone. What handles them is fetched later, and only where it is needed.

import { signal } from '@preact/signals';
import type { Outcome, SyncClient } from '../sync';

const load = () => import('../photos/send');

export const photosWaiting = signal(0);

export async function countPhotos(client: SyncClient): Promise<void> {
  const count = await load().then(
    ({ countWaiting }) => countWaiting(client),
    () => photosWaiting.value,
  );
  photosWaiting.value = count;
}

/** Photographs go after everything that was written, and stay where they are while something keeps that back. */
export async function photosAfterSync(client: SyncClient, outcome: Outcome, unsent: number): Promise<void> {
  const photos = await load();
  if (outcome.kind === 'done') await photos.sendPhotos(client);
  const revoked = outcome.kind === 'stopped' && outcome.code === 'device_revoked';
  if (revoked && unsent === 0) await photos.forgetPhotos(client);
}

export async function forgetPhotos(client: SyncClient): Promise<void> {
  await (await load()).forgetPhotos(client);
  photosWaiting.value = 0;
}
