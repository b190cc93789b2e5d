/* What this device keeps: one IndexedDB for drafts (drafts.js) and the phone's queue (phone-queue.js),
 * each row encrypted with the key of the person whose it is. Loaded by pages and by the service worker.
 *
 * The key comes with each page of the person who is signed in: another user of the same browser
 * cannot open what waits. Only a page of the phone remembers it here (not extractable), so that it opens
 * without a network; it goes at sign-out, and as soon as somebody else signs in.
 *
 * Regain.device: who() → {user, key} or null; stored(stores, mode, work); seal(who, value); read(who, row);
 * remember(); wipe(user); close(patient). Every write is on the disk (durability "strict") when its promise resolves.
 */
(() => {
  "use strict";

  const STORES = ["unsent", "entries", "kept", "keys"]; // drafts; the queue; parts of pages; who
  const CACHES = "regain-pages";
  const CURRENT = "current";

  let opened = null;
  const database = () =>
    (opened ??= new Promise((resolve, reject) => {
      const asked = indexedDB.open("regain", 2);
      asked.onupgradeneeded = () => {
        for (const name of STORES) {
          if (!asked.result.objectStoreNames.contains(name)) {
            asked.result.createObjectStore(name, { keyPath: "id" });
          }
        }
      };
      asked.onsuccess = () => {
        asked.result.onversionchange = () => asked.result.close();
        asked.result.onclose = () => (opened = null);
        resolve(asked.result);
      };
      asked.onerror = asked.onblocked = () => {
        opened = null;
        reject(asked.error ?? new Error("blocked"));
      };
    }));

  // Signed out on this page: what was on its way to the disk comes too late. What was already given
  // to it is ordered before the wipe, and goes with it.
  let ended = false;

  /* Runs `work` on the named stores; resolves with what it asked for once the disk has it. */
  async function stored(names, mode, work) {
    const disk = await database();
    if (ended && mode === "readwrite") throw new Error("signed out");
    return within(disk, names, mode, work);
  }

  function within(disk, names, mode, work) {
    const transaction = disk.transaction(names, mode, { durability: "strict" });
    const stores = [names].flat().map((name) => transaction.objectStore(name));
    return new Promise((resolve, reject) => {
      const request = work(...stores);
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error ?? new Error("aborted"));
    });
  }

  const page = () => self.document?.querySelector("[data-user][data-key]")?.dataset;
  const imported = new Map();

  function key(text) {
    if (!imported.has(text)) {
      const raw = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      imported.set(text, crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]));
    }
    return imported.get(text);
  }

  /* Who is signed in on this page; on a page from the cache and in the worker, who was last. */
  async function who() {
    const said = page();
    if (said) return { user: said.user, key: await key(said.key) };
    return (await stored("keys", "readonly", (keys) => keys.get(CURRENT))) ?? null;
  }

  async function seal({ user, key: secret }, id, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = new TextEncoder().encode(JSON.stringify(value));
    const data = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, secret, text);
    return { id, user, iv, data };
  }

  async function read({ key: secret }, { id, iv, data }) {
    const text = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, secret, data);
    return { id, ...JSON.parse(new TextDecoder().decode(text)) };
  }

  /* The rows of one's own that can be opened. */
  async function mine(store, person) {
    const all = await stored(store, "readonly", (rows) => rows.getAll());
    const own = all.filter((row) => row.user === person.user).map((row) => read(person, row));
    return (await Promise.allSettled(own)).filter((one) => one.value).map((one) => one.value);
  }

  /* A page of the phone was opened by who is signed in: from now on it opens without a network. Of
   * whoever was here before nothing is left but what they have not sent, which only they can read. */
  async function remember() {
    const person = await who();
    const before = await stored("keys", "readonly", (keys) => keys.get(CURRENT));
    if (before && before.user !== person.user) await forget(before.user, ["kept"]);
    await stored("keys", "readwrite", (keys) => keys.put({ id: CURRENT, ...person }));
    return person;
  }

  async function forget(user, names) {
    for (const cache of await caches.keys()) if (cache.startsWith(CACHES)) await caches.delete(cache);
    await within(await database(), names, "readwrite", (...stores) => {
      for (const store of stores) {
        store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
          if (!cursor) return;
          if (cursor.value.user === user) cursor.delete();
          cursor.continue();
        };
      }
    });
  }

  /* At sign-out: not a byte of this person stays. */
  async function wipe(user) {
    ended = true;
    await forget(user, STORES);
  }

  /* The pages about a patient are closed to whoever is signed in, as when a caregiver's access has ended:
   * nothing that they said stays. What was not sent does, which its author entered. */
  async function close(patient) {
    const pages = await caches.open(CACHES);
    for (const { url } of await pages.keys()) {
      if (new URL(url).pathname.includes(`/${patient}/`)) await pages.delete(url);
    }
    const parts = IDBKeyRange.bound(`${patient} `, `${patient} \uffff`);
    await stored("kept", "readwrite", (kept) => kept.delete(parts));
  }

  const device = { who, stored, seal, read, mine, remember, wipe, close, CURRENT };
  self.Regain = { ...self.Regain, device };
})();
