/* The page as an app: it opens without a network, sends what waits, and keeps little.
 *
 * Kept for each page that #phone-offline names: its shell (`?shell`), which holds nothing personal, in the
 * cache; and what elements with data-keep="name" hold, encrypted, per person. Both go at sign-out.
 */
(() => {
  "use strict";

  const about = document.getElementById("phone")?.dataset;
  if (!about) return;
  const { device, queue } = Regain;
  const PAGES = "regain-pages";
  const AGAIN = [5000, 15000, 60000, 300000]; // ms between tries to send
  const isShell = "shell" in about;

  const ready = about.key ? device.remember() : device.who();
  const place = (name) => `${about.patient ?? "everyone"} ${name}`;
  const keeps = (root) => [...root.querySelectorAll("[data-keep]")];
  const element = (selector) => document.querySelector(selector);

  // --- what is personal -------------------------------------------------------------------------
  async function keep() {
    const person = await ready;
    const made = keeps(document).map((one) => device.seal(person, place(one.dataset.keep), { html: one.innerHTML }));
    const rows = await Promise.all(made);
    await whileHere(person, (kept) => rows.forEach((row) => kept.put(row)));
  }

  /* Writes only while the same person is signed in on this phone: nothing comes after a sign-out. */
  const whileHere = (person, write) =>
    device.stored(["keys", "kept"], "readwrite", (keys, kept) => {
      keys.get(device.CURRENT).onsuccess = ({ target: { result } }) => {
        if (result?.user === person.user) write(kept);
      };
    });

  const parsed = (html) => new DOMParser().parseFromString(html, "text/html");

  async function fill() {
    const person = await ready;
    if (!person) return location.replace(about.signIn); // signed out: the shell is of nobody
    for (const one of await device.mine("kept", person)) {
      for (const hole of keeps(document)) {
        if (place(hole.dataset.keep) === one.id) hole.replaceChildren(...parsed(one.html).body.childNodes);
      }
    }
  }

  /* What the clinic has now, without loading the page anew: nothing half typed is lost. */
  async function refresh() {
    const answer = await fetch(location.pathname, { cache: "no-store" }).catch(() => null);
    if (answer?.status === 404 && about.patient) {
      keeps(document).forEach((hole) => hole.replaceChildren());
      return device.close(about.patient);
    }
    if (!answer?.ok || answer.redirected) return;
    const now = parsed(await answer.text());
    const person = await ready;
    if (now.getElementById("phone")?.dataset.user !== person?.user) return;
    for (const hole of keeps(document)) {
      const fresh = now.querySelector(`[data-keep="${hole.dataset.keep}"]`);
      if (fresh && !hole.contains(document.activeElement)) hole.replaceChildren(...fresh.childNodes);
    }
    await keep();
    await Regain.list?.render();
  }

  // --- shells -----------------------------------------------------------------------------------
  /* Which files a shell was made with, and how it looks: another one replaces it. */
  const make = () =>
    [...document.querySelectorAll("script[src], link[rel=stylesheet]")].map((one) => one.src || one.href).join() +
    document.documentElement.lang + document.documentElement.dataset.type + new Date().toDateString();

  async function cacheShells(person) {
    const cache = await caches.open(PAGES);
    const signature = encodeURIComponent(make());
    for (const page of JSON.parse(element("#phone-offline").textContent)) {
      if ((await cache.match(page))?.headers.get("x-regain") === signature) continue;
      const answer = await fetch(`${page}?shell`, { cache: "no-store" });
      if (!answer.ok || answer.redirected) continue;
      const headers = new Headers(answer.headers);
      headers.set("x-regain", signature);
      const shell = new Response(await answer.blob(), { headers });
      if ((await device.who())?.user !== person.user) return;
      await cache.put(page, shell);
    }
  }

  /* Signing out waits for the same lock: it comes after the last shell, or before the first. */
  async function install() {
    const person = await ready;
    if (!("serviceWorker" in navigator) || !element("#phone-offline")) return;
    await navigator.serviceWorker.register(about.worker);
    const { active } = await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) active.postMessage("claim");
    await navigator.locks.request("regain-pages", async () => {
      const now = await device.stored("keys", "readonly", (keys) => keys.get(device.CURRENT));
      if (now?.user === person.user) await cacheShells(person);
    });
  }

  // --- sending ----------------------------------------------------------------------------------
  let tries = 0;
  let timer = 0;

  async function send() {
    clearTimeout(timer);
    const before = (await queue.mine()).length;
    if (!before) return tell("empty");
    const result = await queue.send();
    const left = (await queue.mine()).length;
    if (left < before) refresh().catch(() => {});
    if (result === "later") {
      timer = setTimeout(send, AGAIN[Math.min(tries++, AGAIN.length - 1)]);
      inBackground();
    } else tries = 0;
    return tell(result);
  }

  /* Also when the page is closed, where the browser can. */
  async function inBackground() {
    const registration = await navigator.serviceWorker?.getRegistration();
    await registration?.sync?.register("regain-queue").catch(() => {});
  }

  async function tell(result) {
    element("[data-offline]").hidden = navigator.onLine;
    const waiting = (await queue.mine()).filter(({ state }) => state === "waiting" || state === "undone").length;
    const line = element("[data-sign-in-to-send]");
    line.hidden = result !== "sign-in" || !waiting;
    line.querySelector("span").textContent =
      waiting === 1 ? about.oneWaiting : about.manyWaiting.replace("{n}", waiting);
    await Regain.list?.tell(result);
    return result;
  }

  const soon = () => {
    tries = 0;
    send().catch(() => {});
  };
  window.addEventListener("online", soon);
  window.addEventListener("offline", () => tell("later"));
  document.addEventListener("visibilitychange", () => document.hidden || soon());

  async function begin() {
    if (isShell) await fill();
    else await keep();
    await Regain.say?.correct();
    await Regain.list?.render();
    await send();
    if (!isShell) await install();
    else if (navigator.onLine) await refresh();
  }

  // drafts of other pages, which go at sign-out as well
  Regain.leaving.push({
    send: () => {},
    count: async () => ((await ready) ? (await device.mine("unsent", await ready)).length : 0),
    left: () => {},
    elsewhere: async (user) => user === (await ready)?.user && location.replace(about.signIn),
  });
  Regain.shell = { ready, send, refresh };
  begin().catch(() => {});
})();
