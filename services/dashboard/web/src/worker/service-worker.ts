/**
 * The service worker: the shell of the page without the server, and web push. It never keeps or answers anything of
 * the API, so no picture, recording or name of a camera is left in a browser.
 *
 * A page is asked of the server first, so that a new version shows at once; the kept one stands in when the server is
 * away. Files below /assets/ carry a hash of their contents in their names: kept ones are as good as the server's.
 */
import { showAlert, openAlert, renewSubscription } from './push.ts';

declare const self: ServiceWorkerGlobalScope;
/** Filled in by the build (vite.config.ts): what the first paint loads, and a hash of it. */
declare const shellFiles: readonly string[];
declare const shellVersion: string;

const prefix = 'apiary-shell-';
const cacheName = prefix + shellVersion;
const page = '/index.html';
/** A server that says nothing for this long is taken for away. */
const patienceMs = 4000;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(cacheName);
      await cache.addAll([page, ...shellFiles].map((path) => new Request(path, { cache: 'reload' })));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys())
        if (name.startsWith(prefix) && name !== cacheName) await caches.delete(name);
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== self.location.origin) return;
  if (pathname.startsWith('/api/') || pathname.startsWith('/health')) return;
  if (request.mode === 'navigate') event.respondWith(pageOf(request));
  else if (pathname.startsWith('/assets/')) event.respondWith(assetOf(request));
});

async function pageOf(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(patienceMs) });
    // The edge is there, what is behind it is not.
    if (![502, 503, 504].includes(answer.status)) return answer;
    return (await kept(page)) ?? answer;
  } catch (cause) {
    const found = await kept(page);
    if (found === undefined) throw cause;
    return found;
  }
}

async function assetOf(request: Request): Promise<Response> {
  const found = await kept(request);
  if (found !== undefined) return found;
  const answer = await fetch(request);
  if (answer.status === 200) await (await caches.open(cacheName)).put(request, answer.clone());
  return answer;
}

/** What was compressed or not on its way here is the same file. */
const kept = async (what: Request | string): Promise<Response | undefined> =>
  (await caches.open(cacheName)).match(what, { ignoreVary: true });

self.addEventListener('push', (event) => event.waitUntil(showAlert(self, event.data)));
self.addEventListener('notificationclick', (event) => event.waitUntil(openAlert(self, event.notification)));
self.addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(renewSubscription(self, event));
});
