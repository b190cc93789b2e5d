/* The service worker: pages of the phone open without a network, and the queue is sent in the background.
 *
 * REGAIN (outcomes/pages/phone/worker.py) names the files. Kept are these files and the shells of pages
 * (phone-shell.js), which hold nothing personal; whatever else is asked for goes to the network.
 */
(() => {
  "use strict";

  const FILES = "regain-files";
  const PAGES = "regain-pages";
  const PATIENCE = 5000; // ms for a page, where the phone has it

  self.addEventListener("install", (event) => {
    event.waitUntil(
      (async () => {
        const cache = await caches.open(FILES);
        await cache.addAll(REGAIN.assets);
        await self.skipWaiting();
      })(),
    );
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil(
      (async () => {
        const cache = await caches.open(FILES);
        for (const { url } of await cache.keys()) {
          if (!REGAIN.assets.includes(new URL(url).pathname)) await cache.delete(url);
        }
        await self.clients.claim();
      })(),
    );
  });

  // a page that was on its way while the worker began
  self.addEventListener("message", ({ data }) => data === "claim" && self.clients.claim());

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== location.origin) return;
    if (REGAIN.assets.includes(pathname)) event.respondWith(file(request, pathname));
    else if (request.mode === "navigate") event.respondWith(page(request, pathname));
  });

  async function file(request, pathname) {
    return (await caches.match(pathname, { cacheName: FILES })) ?? fetch(request);
  }

  /* The page; its shell where there is no network, or a server that is slow or failing. */
  async function page(request, pathname) {
    const shell = await kept(pathname);
    if (!shell) return fetch(request).catch(noNetwork);
    const network = fetch(request);
    const late = new Promise((resolve) => setTimeout(resolve, PATIENCE, null));
    const answer = await Promise.race([network.catch(() => null), late]);
    const patient = /^\/my\/([\da-f-]{36})\//.exec(pathname)?.[1];
    if (answer?.status === 404 && patient) await Regain.device.close(patient);
    return answer && answer.status < 500 ? answer : shell;
  }

  /* Says in words that the page needs a network, instead of the browser's own error. */
  async function noNetwork(error) {
    const page = await caches.match(REGAIN.noNetwork, { cacheName: PAGES });
    if (!page) throw error;
    return page;
  }

  /* The start, which chooses a person, leads to the one whom this phone is about. */
  async function kept(pathname) {
    const shell = await caches.match(pathname, { cacheName: PAGES });
    if (shell || (pathname !== "/" && pathname !== REGAIN.start)) return shell;
    const cache = await caches.open(PAGES);
    const pages = (await cache.keys()).map(({ url }) => new URL(url).pathname);
    const today = pages.filter((one) => one !== REGAIN.noNetwork && /^\/my\/[^/]+\/$/.test(one));
    return today.length ? Response.redirect(today[0], 302) : undefined;
  }

  self.addEventListener("sync", (event) => {
    if (event.tag !== "regain-queue") return;
    event.waitUntil(
      Regain.queue.send().then((result) => {
        if (result === "later") throw new Error("later"); // the browser tries again
      }),
    );
  });
})();
