/// <reference lib="webworker" />
// Keeps the app on the phone: everything of one version in one cache, taken from the cache and never mixed.

/** Filled in by the build: this version, and every file of it. */
declare const __VERSION__: string;
declare const __FILES__: string[];
/** Files that are kept from their first use on. */
declare const __LATE_FILES__: string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const FILES = __FILES__;
const LATE_FILES = __LATE_FILES__;
const LATE_CACHE = 'suoi-late';
const CACHE = `suoi-${__VERSION__}`;

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  await Promise.all(
    FILES.map(async (path) => {
      // Hashed files never change, so what an older version has is taken over; the others are always asked for.
      const hashed = path.startsWith('/assets/');
      const known = hashed ? await caches.match(path) : undefined;
      await (known ? cache.put(path, known) : cache.add(new Request(path, { cache: hashed ? 'default' : 'no-cache' })));
    }),
  );
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

async function answerLate(request: Request): Promise<Response> {
  const cache = await caches.open(LATE_CACHE);
  const known = await cache.match(request);
  if (known) return known;
  const fresh = await fetch(request);
  if (fresh.ok) await cache.put(request, fresh.clone());
  return fresh;
}

worker.addEventListener('install', (event) => event.waitUntil(fill()));
worker.addEventListener('activate', (event) => event.waitUntil(forgetOthers()));
worker.addEventListener('message', (event) => {
  if (event.data === 'update') void worker.skipWaiting();
});
worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== worker.location.origin) return;
  if (FILES.includes(url.pathname)) event.respondWith(answer(request, url.pathname));
  else if (LATE_FILES.includes(url.pathname)) event.respondWith(answerLate(request));
});
