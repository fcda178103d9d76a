/// <reference lib="webworker" />
// Keeps the app on the phone: everything of one version in one cache, taken from the cache and never mixed.

/** Filled in by the build: this version, what everybody needs, and what some roles load later. */
declare const __VERSION__: string;
declare const __CORE__: string[];
declare const __LATER__: string[];

const worker = self as unknown as ServiceWorkerGlobalScope;
const CORE = __CORE__;
const LATER = __LATER__;
const CACHE = `suoi-${__VERSION__}`;
const stem = (path: string): string => path.replace(/-[^-]{8}\.(\w+)$/, '.$1');

async function fill(): Promise<void> {
  const cache = await caches.open(CACHE);
  const before = new Set<string>();
  for (const name of await caches.keys()) {
    if (name === CACHE) continue;
    for (const request of await (await caches.open(name)).keys()) before.add(stem(new URL(request.url).pathname));
  }
  const wanted = [...CORE, ...LATER.filter((path) => before.has(stem(path)))];
  await Promise.all(
    wanted.map(async (path) => {
      // Hashed files never change, so what an older version has is taken over; `/` is always asked for.
      const known = path.startsWith('/assets/') ? await caches.match(path) : undefined;
      await (known ? cache.put(path, known) : cache.add(new Request(path, { cache: 'no-cache' })));
    }),
  );
}

async function forgetOthers(): Promise<void> {
  const old = (await caches.keys()).filter((name) => name.startsWith('suoi-') && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function answer(request: Request, path: string): Promise<Response> {
  const cache = await caches.open(CACHE);
  const known = await cache.match(path);
  if (known) return known;
  const fresh = await fetch(request);
  if (fresh.ok && LATER.includes(path)) await cache.put(path, fresh.clone());
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
  const path = request.mode === 'navigate' ? '/' : url.pathname;
  const ours = [...CORE, ...LATER].includes(path) && (request.mode !== 'navigate' || url.pathname === '/');
  if (ours) event.respondWith(answer(request, path));
});
