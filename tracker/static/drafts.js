/* Nothing typed is lost: a form with a slip (templates/components/draft.html) saves itself as a
 * draft on the server; what cannot be sent waits in this browser, encrypted.
 *
 * The key comes with each page of the person who is signed in and is stored nowhere here: another
 * user of the same browser cannot open what waits. It goes when the server has it, or at sign-out,
 * after a question. Works under `script-src 'self'; connect-src 'self'`.
 */
(() => {
  "use strict";

  const PAUSE = 700; // ms without typing before a save
  const PATIENCE = 6000; // ms for a draft
  const SUBMIT_PATIENCE = 30000; // ms for recording
  const AGAIN = [3000, 6000, 12000, 30000]; // ms between tries
  const STORE = "unsent";
  const LEFT = "regain.left"; // which form this tab left half typed; nothing of what was typed
  const ARRIVES = 400; // ms until the last words of the page before are on the server

  if (!document.querySelector("form[data-user][data-key]")) return;
  const device = Regain.device; // encrypts, and stores for this person alone

  // --- what waits on this device ----------------------------------------------------------------
  async function keep(id, entry) {
    const row = await device.seal(await device.who(), id, entry);
    await device.stored(STORE, "readwrite", (store) => store.put(row));
    navigator.storage?.persist?.();
  }

  const drop = (id) => device.stored(STORE, "readwrite", (store) => store.delete(id)).catch(() => {});
  const mine = async () => device.mine(STORE, await device.who());

  // --- sending ----------------------------------------------------------------------------------
  function token() {
    const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
    return cookie ? cookie[1] : document.querySelector("[name=csrfmiddlewaretoken]").value;
  }

  /* The answer, or null where the server did not answer or could not. */
  async function post(address, pairs, patience) {
    try {
      const answer = await fetch(address, {
        method: "POST",
        body: new URLSearchParams(pairs),
        headers: { "X-CSRFToken": token(), "X-Regain-Form": "1" },
        signal: AbortSignal.timeout(patience),
      });
      const text = await answer.text();
      return answer.status >= 500 ? null : { status: answer.status, text };
    } catch {
      return null;
    }
  }

  const leads = (answer) => (answer.status === 200 ? JSON.parse(answer.text).to : null);

  /* Sends what waits from earlier pages; true where the server has it now. */
  async function deliver(entry) {
    const answer = await post(entry.address, entry.pairs, PATIENCE);
    if (answer?.status === 204) return true;
    if (answer?.status !== 409) return false;
    // recorded as it stands, or changed elsewhere meanwhile: what is here becomes a draft of its own
    if (answer.text === "recorded" && entry.submitted) return true;
    const apart = await post(entry.address, [...entry.pairs, ["apart", "1"]], PATIENCE);
    return apart?.status === 204;
  }

  /* Which form it is, and how far it was typed. */
  const state = (fields) => `${fields.get("key") ?? fields.get("id")} ${fields.get("turn")}`;
  const leave = (page, left) => sessionStorage.setItem(LEFT, JSON.stringify({ page, left }));

  async function catchUp(form, silent = false) {
    for (const entry of await mine()) {
      if (entry.id === form?.id) continue;
      leave(entry.page, state(new Map(entry.pairs))); // they may go on to it meanwhile
      if (!(await deliver(entry))) continue;
      await drop(entry.id);
      if (silent) continue;
      if (entry.page === location.pathname && !form?.touched) location.reload();
      else announce(entry.page);
    }
  }

  function announce(page) {
    const notice = document.querySelector("[data-unsent-notice]").content.cloneNode(true);
    notice.querySelector("a").setAttribute("href", page);
    document.querySelector("main").prepend(notice);
  }

  // --- one form ---------------------------------------------------------------------------------
  class Kept {
    constructor(form, slip) {
      Object.assign(this, { form, slip, id: crypto.randomUUID(), touched: false, turn: 0 });
      Object.assign(this, { timer: 0, tries: 0, busy: null, stale: false, over: false });
      this.sending = false; // the person has pressed a button that records
      this.button = null; // to press again when the connection is back
      this.status = form.querySelector("[data-draft-status]");
      if (this.status.dataset.resumed) this.say("resumed");
      (form.querySelector("[data-draft-place]") ?? form).append(this.status); // at the end: it sticks to the lower edge of the window
      form.addEventListener("input", () => this.typed());
      form.addEventListener("change", () => this.typed());
      form.addEventListener("submit", (event) => this.submit(event));
      window.addEventListener("online", () => this.resume());
      document.addEventListener("visibilitychange", () => document.hidden && this.flush());
      window.addEventListener("beforeunload", () => this.flush());
      window.addEventListener("pagehide", () => this.flush());
    }

    say(word) {
      const time = new Date().toLocaleTimeString(document.documentElement.lang, {
        hour: "2-digit",
        minute: "2-digit",
        hour12: false,
      });
      this.status.dataset.state = word;
      this.status.textContent = this.status.dataset[word].replace("{time}", time);
    }

    pairs() {
      const pairs = [...new FormData(this.form)].filter(([name]) => name !== "csrfmiddlewaretoken");
      return [...pairs, ["turn", String(this.turn)]];
    }

    typed() {
      if (this.over || this.sending) return;
      this.touched = this.stale = true;
      this.turn += 1;
      this.button = null; // what was to be sent has changed: they press again
      this.later(PAUSE);
    }

    later(pause) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), pause);
    }

    again() {
      this.later(AGAIN[Math.min(this.tries++, AGAIN.length - 1)]);
    }

    resume() {
      if (this.over || this.sending) return;
      if (this.button || this.stale) this.later(0);
    }

    /* One save at a time; what is typed meanwhile goes with the next. */
    async save() {
      if (this.over || this.sending) return;
      if (this.busy) return this.later(PAUSE);
      if (this.button) return this.record(this.button);
      this.busy = this.draft();
      await this.busy;
      this.busy = null;
    }

    async draft() {
      const turn = this.turn;
      const answer = await post(this.slip.dataset.draft, this.pairs(), PATIENCE);
      if (this.over || this.sending) return;
      if (answer?.status === 204) {
        this.tries = 0;
        this.stale = this.turn !== turn;
        await drop(this.id);
        return this.say("saved");
      }
      if (!answer) {
        await this.hold(false, "device");
        return this.again();
      }
      await this.refused(answer);
    }

    async refused(answer) {
      const to = leads(answer);
      if (to?.includes("kept=1")) return this.say("signedOut");
      if (answer.status === 409) {
        await this.hold(false, answer.text);
        return;
      }
      if (answer.status === 413) return this.hold(false, "large");
      if (answer.status === 429) this.again();
      await this.hold(false, answer.text.includes("data-not-yours") ? "another" : "deviceOnly");
    }

    /* Keeps what is in the form on this device, then says so. */
    async hold(submitted, word) {
      const entry = { address: this.slip.dataset.draft, page: location.pathname, submitted };
      try {
        await keep(this.id, { ...entry, pairs: this.pairs() });
        this.say(word);
      } catch {
        this.say("lost");
      }
    }

    /* What is typed and not saved yet is saved now, if that can be. */
    async finish() {
      clearTimeout(this.timer);
      await this.busy;
      if (this.stale && !this.over && !this.sending) await this.draft();
    }

    /* The page goes: the last words go with it. */
    flush() {
      if (!this.stale || this.over || this.sending || this.flushed === this.turn) return;
      this.flushed = this.turn;
      leave(location.pathname, state(new Map(this.pairs())));
      fetch(this.slip.dataset.draft, {
        method: "POST",
        body: new URLSearchParams(this.pairs()),
        headers: { "X-CSRFToken": token(), "X-Regain-Form": "1" },
        keepalive: true,
      }).catch(() => {});
    }

    submit(event) {
      if (this.over) return; // the browser sends it
      event.preventDefault();
      if (this.sending) return; // pressed twice: the first one is on its way
      const button = event.submitter;
      if (button?.hasAttribute("formaction")) return this.plainly(button);
      this.record(button);
    }

    async record(button) {
      this.sending = true;
      this.button = button;
      clearTimeout(this.timer);
      this.say("sending");
      await this.busy;
      const body = new FormData(this.form, button);
      const answer = await post(this.form.getAttribute("action") || location.href, body, SUBMIT_PATIENCE);
      if (this.over) return;
      if (!answer) {
        await this.hold(true, navigator.onLine ? "unanswered" : "waiting");
        this.sending = false;
        return this.again();
      }
      const to = leads(answer);
      if (!to) return this.plainly(button); // refused: the browser asks again and shows why
      this.over = true;
      if (!to.includes("/login/") || to.includes("kept=1")) await drop(this.id);
      location.assign(to);
    }

    async plainly(button) {
      this.over = true;
      await drop(this.id);
      this.form.requestSubmit(button);
    }

    left() {
      this.over = true;
      this.say("left");
    }
  }

  const slip = document.querySelector("input[data-draft]");
  const kept = slip && new Kept(slip.form, slip);

  /* A reload may overtake the last words of the page before: then it is shown once more. */
  function lookAgain() {
    const left = JSON.parse(sessionStorage.getItem(LEFT) ?? "null");
    sessionStorage.removeItem(LEFT);
    const shown = kept?.status.dataset.shown ?? "";
    if (!kept || left?.page !== location.pathname || left.left === shown) return;
    setTimeout(() => kept.touched || location.reload(), ARRIVES);
  }
  lookAgain();

  // --- signing out ------------------------------------------------------------------------------
  Regain.leaving.push({
    send: () => Promise.all([catchUp(null, true).catch(() => {}), kept?.finish()]),
    count: async () => (await mine()).length,
    left: () => kept?.left(),
  });

  const catchingUp = () => catchUp(kept).catch(() => {});
  catchingUp();
  window.addEventListener("online", catchingUp);
})();
