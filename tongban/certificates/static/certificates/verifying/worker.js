// Keeps the page that verifies without the network, and gives it out before the network is asked. What it keeps stands in
// KEPT, which the server writes above this line with the digest of it all, VERSION: another digest is another worker.
const PREFIX = "tongban-verify-page-";
const NAME = PREFIX + VERSION;

const keep = async () => {
  const cache = await caches.open(NAME);
  // Nobody's session: what is kept is shown to whoever holds the device.
  await cache.addAll(KEPT.map((address) => new Request(address, { credentials: "omit", cache: "reload" })));
  await self.skipWaiting();
};

const clean = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== NAME).map((name) => caches.delete(name)));
  await self.clients.claim();
};

// The page is the same whatever the reader's language is: each language has an address of its own.
const given = async (request) =>
  (await (await caches.open(NAME)).match(request, { ignoreVary: true, ignoreSearch: true })) ?? fetch(request);

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(clean()));
self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method === "GET" && origin === self.location.origin && KEPT.includes(pathname))
    event.respondWith(given(event.request));
});
