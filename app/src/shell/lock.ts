// Whether the present store's screens are shut by a PIN. It keeps the next person at a shared phone out; it encrypts
// nothing. The PIN itself and its screens come later (screens/pin.ts).

import { signal } from '@preact/signals';
import { client } from './model';
import { presentStore } from './profiles';

export const PIN = 'pin';
const OPENED = 'opened';
const AWAY_MS = 5 * 60_000;

export const locked = signal(false);
let leftAt = 0;

export async function openLock(): Promise<void> {
  locked.value = sessionStorage.getItem(OPENED) !== presentStore && Boolean(await client.store.meta(PIN));
}

export function unlock(): void {
  sessionStorage.setItem(OPENED, presentStore);
  locked.value = false;
}

/** After a PIN was set, and after some minutes away. */
export async function lock(): Promise<void> {
  sessionStorage.removeItem(OPENED);
  await openLock();
}

/** Whoever has proved to the server who they are needs the old PIN no more. */
export async function forgetPin(): Promise<void> {
  await client.store.setMeta(PIN, undefined);
  unlock();
}

export function watchLock(): void {
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') leftAt = Date.now();
    else if (leftAt > 0 && Date.now() - leftAt > AWAY_MS) void lock();
  });
}
