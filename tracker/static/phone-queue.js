/* The diary's queue: what was entered waits here until the clinic has it. Pages and service worker.
 *
 * Regain.queue.add({ patient, whose, kind, document, said, replaces }) → the entry, once the disk has it;
 *   patient is the id, whose the name as it is shown, said the entry in words
 * Regain.queue.mine() → what waits or was refused: those, with id, state, status
 * Regain.queue.send() → "empty", "sent", "later", "sign-in": what became of what waits
 * Regain.queue.retry(id), Regain.queue.remove(id)
 * Regain.queue.told(listener) → every change, in whichever tab: { type: "changed" } or { type: "sent", id }
 *
 * Promises: an entry leaves only when the server has answered with its id, or its author takes it back;
 * it never expires; it is sent only in the session of its author, and about the patient it was made for.
 * A repeat carries the same id, so the server answers it and stores nothing twice.
 */
(() => {
  "use strict";

  const { who, stored, seal, read, mine: own, CURRENT } = Regain.device;
  const STORE = "entries";
  const PATIENCE = 20000; // ms for an answer
  const AGAIN = new Set([401, 408, 421, 425, 429]); // not the entry's fault
  const channel = "BroadcastChannel" in self ? new BroadcastChannel("regain-queue") : null;
  const listeners = new Set();
  if (channel) channel.onmessage = ({ data }) => listeners.forEach((listener) => listener(data));

  function tell(news) {
    channel?.postMessage(news);
    listeners.forEach((listener) => listener(news));
  }

  /* A moment by this device's clock with its offset: 2026-03-01T14:05:09.120+09:00 */
  function instant(date = new Date()) {
    const ahead = -date.getTimezoneOffset();
    const two = (n) => String(Math.trunc(Math.abs(n))).padStart(2, "0");
    const local = new Date(date.getTime() + ahead * 60000).toISOString().slice(0, -1);
    return `${local}${ahead < 0 ? "-" : "+"}${two(ahead / 60)}:${two(ahead % 60)}`;
  }

  /* Only while its author is signed in here: after sign-out in another tab nothing is written. */
  async function add({ patient, whose, kind, document, said, replaces }) {
    const person = await who();
    const id = crypto.randomUUID();
    const whole = { ...document, id, kind, device_time: document.device_time ?? instant() };
    const entry = { patient, whose, kind, document: whole, said, state: "waiting" };
    const row = await seal(person, id, entry);
    await stored(["keys", STORE], "readwrite", (keys, entries) => {
      keys.get(CURRENT).onsuccess = ({ target: { result } }) => {
        if (result?.user !== person.user) return keys.transaction.abort();
        entries.put(row);
        if (replaces) entries.delete(replaces);
      };
    });
    navigator.storage?.persist?.(); // asks the browser not to clear it when space is short
    tell({ type: "changed" });
    return { id, ...entry };
  }

  async function mine() {
    const person = await who();
    const found = person ? await own(STORE, person) : [];
    return found.sort((a, b) => (a.document.device_time < b.document.device_time ? -1 : 1));
  }

  /* Changes an entry that is still here; one that was taken back meanwhile stays away. */
  async function change(id, changes) {
    const person = await who();
    const row = await stored(STORE, "readonly", (entries) => entries.get(id));
    if (!row || !person) return;
    const { id: _same, ...entry } = await read(person, row);
    const next = await seal(person, id, { ...entry, ...changes });
    await stored(STORE, "readwrite", (entries) => {
      entries.count(id).onsuccess = ({ target: { result } }) => result && entries.put(next);
    });
  }

  async function remove(id) {
    await stored(STORE, "readwrite", (entries) => entries.delete(id));
    tell({ type: "changed" });
  }

  // --- sending ----------------------------------------------------------------------------------
  async function asked(address, options) {
    try {
      return await fetch(address, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...options });
    } catch {
      return null;
    }
  }

  const json = (answer) => answer.json().catch(() => null);

  /* Who is signed in, with a token of that very session: { user: null } for nobody, null for no answer. */
  async function session() {
    const answer = await asked("/my/session/");
    return answer?.ok ? json(answer) : null;
  }

  function post(entry, { user, token }) {
    return asked(`/api/v1/patients/${entry.patient}/diary/`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, "X-Regain-User": user },
      body: JSON.stringify({ ...entry.document, device_sent_at: instant() }),
    });
  }

  /* "sent", "gone" (no answer), "later", "sign-in", or { status, detail } of a refusal. */
  async function deliver(entry, pass) {
    const answer = await post(entry, pass);
    if (!answer) return "gone";
    if (answer.ok) {
      if ((await json(answer))?.id !== entry.id) return "later"; // not from the clinic's computer
      await stored(STORE, "readwrite", (entries) => entries.delete(entry.id));
      tell({ type: "sent", id: entry.id, patient: entry.patient });
      return "sent";
    }
    if (answer.status === 401) return "sign-in";
    if (answer.status >= 500 || answer.status < 400 || AGAIN.has(answer.status)) return "later";
    const problem = await json(answer);
    const detail = (problem?.errors ?? []).map((error) => error.detail).join(" ");
    return { status: answer.status, detail };
  }

  /* Also where its author's session ended and began anew between asking for it and sending. */
  async function settle(entry, pass) {
    let outcome = await deliver(entry, pass);
    if (outcome.status === 403) {
      const now = await session();
      if (!now) return "gone";
      if (now.user !== pass.user) return "sign-in";
      outcome = await deliver(entry, now);
    }
    if (!outcome.status) return outcome;
    await change(entry.id, { state: "refused", ...outcome });
    tell({ type: "changed" });
    return "refused";
  }

  async function drain() {
    const waiting = (await mine()).filter((entry) => entry.state === "waiting");
    waiting.sort((a, b) => (b.kind === "red_flag") - (a.kind === "red_flag")); // a warning sign waits for nothing
    if (!waiting.length) return "empty";
    const [person, pass] = [await who(), await session()];
    if (!pass) return "later";
    if (pass.user !== person.user) return "sign-in";
    let result = "sent";
    for (const entry of waiting) {
      // taken back while others were sent
      if (!(await stored(STORE, "readonly", (entries) => entries.getKey(entry.id)))) continue;
      const outcome = await settle(entry, pass);
      if (outcome === "sign-in") return outcome;
      if (outcome === "gone") return "later"; // no network: the others would fail alike
      if (outcome === "later") result = "later";
    }
    return result;
  }

  /* One tab or worker at a time; what comes meanwhile is sent by the one that waits. */
  const send = () =>
    navigator.locks ? navigator.locks.request("regain-queue", () => drain()) : drain();

  async function retry(id) {
    await change(id, { state: "waiting", status: undefined, detail: undefined });
    tell({ type: "changed" });
    return send();
  }

  const told = (listener) => listeners.add(listener);
  self.Regain.queue = { add, mine, send, retry, remove, told, session };
  self.Regain.leaving?.push({ send, count: async () => (await mine()).length, left: () => {} });
})();
