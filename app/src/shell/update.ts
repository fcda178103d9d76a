// Installs the service worker and offers a new version; it waits until somebody asks for it.

import { computed, signal } from '@preact/signals';
import { flushDrafts } from './drafts';
import { hasRole } from './model';

export const updateReady = signal(false);
const firstReady = signal(false);
const secondReady = signal(false);
/** The desk and the commune need the second part, too; nobody else waits for it. */
export const offlineReady = computed(
  () => firstReady.value && (secondReady.value || !hasRole('commune_leader', 'coordinator', 'province_admin', 'auditor')),
);

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
  const { active } = await navigator.serviceWorker.ready;
  firstReady.value = true;
  secondReady.value = await fetchSecond(active!);
  if (hasRole('team_leader') && needsReader()) active!.postMessage('reader');
}

interface Link {
  saveData?: boolean;
  effectiveType?: string;
}

/** Whoever scans badges on the ridge has to have the reader by then; a slow link is left to the records. */
function needsReader(): boolean {
  const { saveData, effectiveType = '4g' } = (navigator as { connection?: Link }).connection ?? {};
  return !('BarcodeDetector' in globalThis) && !saveData && effectiveType === '4g';
}

/** Has the worker fetch what it left out at first; false where it could not be had. */
function fetchSecond(worker: ServiceWorker): Promise<boolean> {
  const { port1, port2 } = new MessageChannel();
  const told = new Promise<boolean>((done) => (port1.onmessage = ({ data }) => done(data === true)));
  worker.postMessage('second', [port2]);
  return told;
}

export async function update(): Promise<void> {
  await flushDrafts();
  asked = true;
  if (registration?.waiting) registration.waiting.postMessage('update');
  else location.reload();
}
