/* The diary's queue: what was entered waits here until the clinic has it. Pages and service worker.
 *
 * Regain.queue.add({ patient, whose, kind, document, said, replaces, reason }) → the entry, once the disk
 *   has it; patient is the id, whose the name as it is shown, said the entry in words, replaces the id of
 *   one that this one corrects
 * Regain.queue.undo(id, reason) takes an entry back; the clinic's history keeps the reason
 * Regain.queue.retry(id), Regain.queue.remove(id): an entry that needs attention, once more or never
 * Regain.queue.send() → "empty", "sent", "later", "sign-in": what became of what waits
 * Regain.queue.mine() → those, with id, state, tried, status
 * Regain.queue.told(listener) → every change, in whichever tab:
 *   { type: "changed" }, { type: "undoing", id }, or { type: "sent" | "undone", id } of one that has left
 *
 * An entry is "waiting" until the server has answered with its id, and leaves; or is "refused". It says on
 * the disk that it was tried before a request goes out. Taken back, one that was never tried leaves at once;
 * any other may be at the clinic, whatever this phone has heard, and is "undone" until the clinic's computer
 * has taken it back too, or says that it never came; or is "kept" there, which its author is told.
 *
 * Promises: an entry leaves in no other way; it never expires; it is sent, and taken back, only in the
 * session of its author, and about the patient it was made for. A repeat carries the same id, so the server
 * answers it and stores nothing twice.
 */
(() => {
  "use strict";

  const { who, stored, seal, read, mine: own, CURRENT } = Regain.device;
  const STORE = "entries";
  const PATIENCE = 20000; // ms for an answer
  const SETTLED = 60000; // ms after which a request without an answer cannot arrive any more
  const AGAIN = new Set([408, 412, 421, 425, 429]); // not the entry's fault
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
  async function add({ patient, whose, kind, document, said, replaces, reason }) {
    const person = await who();
    const id = crypto.randomUUID();
    const whole = { ...document, id, kind, device_time: document.device_time ?? instant() };
    const entry = { patient, whose, kind, document: whole, said, state: "waiting", tried: null };
    const row = await seal(person, id, entry);
    for (let done = false; !done; ) {
      const old = replaces && (await turned(replaces, undone(reason)));
      await stored(["keys", STORE], "readwrite", (keys, entries) => {
        const put = () => (entries.put(row), (done = true));
        keys.get(CURRENT).onsuccess = ({ target: { result } }) => {
          if (result?.user !== person.user) return keys.transaction.abort();
          old ? swap(entries, old, put) : put(); // both or neither
        };
      });
    }
    navigator.storage?.persist?.(); // asks the browser not to clear it when space is short
    tell({ type: "changed" });
    return { id, ...entry };
  }

  async function mine() {
    const person = await who();
    const found = person ? await own(STORE, person) : [];
    const at = ({ document }) => Date.parse(document.device_time);
    return found.sort((a, b) => at(a) - at(b));
  }

  /* What `turn` makes of an entry: another, the same, or null, which is none. To swap. */
  async function turned(id, turn) {
    const person = await who();
    const row = await stored(STORE, "readonly", (entries) => entries.get(id));
    if (!row || !person) return null;
    const entry = await read(person, row);
    const next = turn(entry);
    return { row, next, same: next === entry, sealed: next && (await seal(person, id, next)) };
  }

  /* Only where the row is still the one that was read: no change undoes another, as of another tab. */
  function swap(entries, { row, sealed }, done) {
    entries.get(row.id).onsuccess = ({ target: { result } }) => {
      if (String(result?.iv) !== String(row.iv)) return; // each sealing has its own
      sealed ? entries.put(sealed) : entries.delete(row.id);
      done();
    };
  }

  /* Returns what it is now: null where it has left, undefined where it was not there. */
  async function change(id, turn) {
    for (let done = false; ; ) {
      const it = await turned(id, turn);
      if (!it || it.same) return it?.next;
      await stored(STORE, "readwrite", (entries) => swap(entries, it, () => (done = true)));
      if (done) return it.next;
    }
  }

  async function remove(id) {
    await stored(STORE, "readwrite", (entries) => entries.delete(id));
    tell({ type: "changed" });
  }

  /* What an entry becomes that is taken back. Those of a release that did not tell may have been tried. */
  const undone = (reason) => (entry) => (entry.tried === null ? null : { ...entry, state: "undone", reason });

  async function undo(id, reason) {
    const now = await change(id, undone(reason));
    if (now !== undefined) tell({ type: now ? "undoing" : "undone", id });
  }

  async function retry(id) {
    const again = { refused: "waiting", kept: "undone" };
    await change(id, (entry) => ({ ...entry, state: again[entry.state] ?? entry.state }));
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

  const write = (method, address, { user, token }, body, headers) =>
    asked(address, {
      method,
      headers: { "Content-Type": "application/json", "X-CSRFToken": token, "X-Regain-User": user, ...headers },
      body: JSON.stringify(body),
    });

  const diary = (entry) => `/api/v1/patients/${entry.patient}/diary/`;

  /* What an answer that is no success means: "gone" (none came), "later", "sign-in", or of a refusal
   * { status, detail, codes }. */
  async function failed(answer) {
    if (!answer) return "gone";
    if (answer.status === 401) return "sign-in";
    if (answer.status >= 500 || answer.status < 400 || AGAIN.has(answer.status)) return "later";
    const problem = await json(answer);
    const errors = problem?.errors ?? [];
    const detail = errors.map((error) => error.detail).join(" ");
    return { status: answer.status, detail, codes: [problem?.code, ...errors.map(({ code }) => code)] };
  }

  /* "sent", "changed" (taken back meanwhile), or as failed. */
  async function deliver(entry, pass) {
    const now = Date.now();
    const tried = await change(entry.id, (one) => (one.state === "waiting" ? { ...one, tried: now } : one));
    if (tried?.state !== "waiting") return "changed";
    const answer = await write("POST", diary(entry), pass, { ...entry.document, device_sent_at: instant() });
    if (!answer?.ok) return failed(answer);
    if ((await json(answer))?.id !== entry.id) return "later"; // not from the clinic's computer
    if (await change(entry.id, (one) => (one.state === "undone" ? one : null))) return "changed";
    tell({ type: "sent", id: entry.id, patient: entry.patient });
    return "sent";
  }

  /* "undone", or as failed. */
  async function takeBack(entry, pass) {
    const body = { entered_in_error: true, reason: entry.reason };
    const answer = await write("PATCH", `/api/v1/diary/${entry.id}/`, pass, body, { "If-Match": "*" });
    let outcome = answer?.ok ? "undone" : await failed(answer);
    if (outcome === "undone" && (await json(answer))?.id !== entry.id) return "later";
    if (outcome.codes?.includes("entered_in_error")) outcome = "undone"; // before, or by the clinic
    if (outcome.codes?.includes("not_found")) outcome = await absent(entry, pass);
    if (outcome !== "undone") return outcome;
    await remove(entry.id);
    tell({ type: "undone", id: entry.id });
    return outcome;
  }

  /* Whether the clinic has not got it: it may be on its way still, or closed to its author by now. */
  async function absent(entry, { user }) {
    if (Math.abs(Date.now() - entry.tried) < SETTLED) return "later";
    const answer = await asked(`${diary(entry)}?limit=1`, { headers: { "X-Regain-User": user } });
    return answer?.ok ? "undone" : failed(answer);
  }

  /* Also where its author's session ended and began anew between asking for it and sending. */
  async function settle(entry, pass) {
    const send = entry.state === "undone" ? takeBack : deliver;
    let outcome = await send(entry, pass);
    if (outcome.status === 403) {
      const now = await session();
      if (!now) return "gone";
      if (now.user !== pass.user) return "sign-in";
      outcome = await send(entry, now);
    }
    if (!outcome.status) return outcome;
    const left = (await change(entry.id, refused(entry, outcome))) === null;
    tell(left ? { type: "undone", id: entry.id } : { type: "changed" });
    return "refused";
  }

  /* What is refused has not arrived: an entry is as doubtful as it was before it was sent. */
  function refused({ state, tried }, { status, detail }) {
    if (state === "undone") return (one) => ({ ...one, state: "kept", status, detail });
    return (one) => {
      const before = { ...one, tried, status, detail };
      return one.state === "undone" ? undone(one.reason)(before) : { ...before, state: "refused" };
    };
  }

  /* A warning sign waits for nothing; what was taken back goes before what is new. */
  const rank = ({ state, kind }) => (state === "undone" ? 1 : kind === "red_flag" ? 0 : 2);

  /* The first that waits, as it is now, and was not asked for in this state before. */
  async function next(before) {
    const open = (await mine()).filter(({ state }) => state === "waiting" || state === "undone");
    const left = open.filter(({ id, state }) => !before.has(id + state));
    return left.sort((a, b) => rank(a) - rank(b))[0];
  }

  async function drain() {
    const before = new Set();
    let entry = await next(before);
    if (!entry) return "empty";
    const [person, pass] = [await who(), await session()];
    if (!pass) return "later";
    if (pass.user !== person.user) return "sign-in";
    let result = "sent";
    for (; entry; entry = await next(before)) {
      before.add(entry.id + entry.state);
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

  const told = (listener) => listeners.add(listener);
  self.Regain.queue = { add, mine, send, undo, retry, remove, told, session };

  const back = ({ state }) => state === "undone" || state === "kept";
  Regain.leaving?.push({
    send,
    count: async () => (await mine()).filter((entry) => !back(entry)).length,
    undone: async () => (await mine()).filter(back).length,
    left: () => {},
  });
})();
