/// <reference lib="webworker" />
// Keeps the app on the phone: everything of one version in one cache, taken from the cache and never mixed. Sends what
// waits when the browser says that there is a signal, also while the app is closed.

import { SEND_TAG } from './shell/send_later';
import { sendAll } from './sync/background';

/** Filled in by the build: this version, and the files without which nobody can work. */
declare const __VERSION__: string;
declare const __FILES__: string[];
/** Files that follow once the phone can be used without signal: the desk, the other language. */
declare const __SECOND_FILES__: string[];
/** Files that are kept from their first use on. */
declare const __LATE_FILES__: string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const FILES = __FILES__;
const SECOND_FILES = __SECOND_FILES__;
const LATE_FILES = __LATE_FILES__;
const LATE_CACHE = 'suoi-late';
const CACHE = `suoi-${__VERSION__}`;

async function fill(paths: string[]): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(
    paths.map(async (path) => {
      // Hashed files never change, so what an older version has is taken over; the others are always asked for.
      const hashed = path.startsWith('/assets/');
      const known = hashed ? await caches.match(path) : undefined;
      await (known ? cache.put(path, known) : cache.add(new Request(path, { cache: hashed ? 'default' : 'no-cache' })));
    }),
  );
}

/** A new phone is first made fit for use; an update comes whole, so that nothing is missing when it takes over. */
async function install(): Promise<void> {
  const updating = (await caches.keys()).some((name) => name.startsWith('suoi-') && name !== LATE_CACHE);
  await fill(updating ? [...FILES, ...SECOND_FILES] : FILES);
}

async function fillSecond(told: MessagePort | undefined): Promise<void> {
  const cache = await caches.open(CACHE);
  const missing: string[] = [];
  for (const path of SECOND_FILES) if (!(await cache.match(path))) missing.push(path);
  const done = await fill(missing).then(() => true, () => false);
  told?.postMessage(done);
}

async function forgetOthers(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith('suoi-') && name !== CACHE && name !== LATE_CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  const late = await caches.open(LATE_CACHE);
  for (const { url } of await late.keys()) if (!LATE_FILES.includes(new URL(url).pathname)) await late.delete(url);
  await worker.clients.claim();
}

async function answer(request: Request, path: string): Promise<Response> {
  return (await (await caches.open(CACHE)).match(path)) ?? fetch(request);
}

/** What reads codes, before somebody needs it where there is no signal; what sends photographs needs one anyway. */
async function fillReader(): Promise<void> {
  for (const path of LATE_FILES.filter((name) => name.startsWith('/assets/zxing'))) await answerLate(new Request(path)).catch(() => undefined);
}

async function answerLate(request: Request): Promise<Response> {
  const cache = await caches.open(LATE_CACHE);
  const known = await cache.match(request);
  if (known) return known;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request, fresh.clone());
  return fresh;
}

worker.addEventListener('install', (event) => event.waitUntil(install()));
worker.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));
/** An app that somebody is looking at sends by itself; one that is frozen or closed does not. */
async function sendUnlessOpen(): Promise<void> {
  const tabs = await worker.clients.matchAll({ type: 'window' });
  if (!tabs.some(({ visibilityState }) => visibilityState === 'visible')) await sendAll();
}

worker.addEventListener('sync', (event) => {
  const wake = event as ExtendableEvent & { tag: string };
  if (wake.tag === SEND_TAG) wake.waitUntil(sendUnlessOpen());
});
worker.addEventListener('message', (event) => {
  if (event.data === 'update') void worker.skipWaiting();
  if (event.data === 'reader') event.waitUntil(fillReader());
  if (event.data === 'second') event.waitUntil(fillSecond(event.ports[0]));
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (FILES.includes(url.pathname) || SECOND_FILES.includes(url.pathname)) event.respondWith(answer(request, url.pathname));
  else if (LATE_FILES.includes(url.pathname)) event.respondWith(answerLate(request));
});
