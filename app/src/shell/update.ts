// Installs the service worker and offers a new version; it waits until somebody asks for it.

import { signal } from '@preact/signals';
import { flushDrafts } from './drafts';

export const updateReady = signal(false);
export const offlineReady = signal(false);

let registration: ServiceWorkerRegistration | undefined;
let asked = false;

export async function installWorker(): Promise<void> {
  if (!('serviceWorker' in navigator)) return;
  const hadOne = navigator.serviceWorker.controller !== null;
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (asked) location.reload();
    else if (hadOne) updateReady.value = true; // another tab has updated
  });
  registration = await navigator.serviceWorker.register('/sw.js').catch(() => undefined);
  if (!registration) return;
  const look = () => {
    updateReady.value ||= Boolean(registration!.waiting && navigator.serviceWorker.controller);
  };
  look();
  registration.addEventListener('updatefound', () => registration!.installing?.addEventListener('statechange', look));
  await navigator.serviceWorker.ready;
  offlineReady.value = true;
}

export async function update(): Promise<void> {
  await flushDrafts();
  asked = true;
  if (registration?.waiting) registration.waiting.postMessage('update');
  else location.reload();
}
