/* Signing out: says first what would be lost, offers to send it, and leaves nothing on this device.
 *
 * What can wait here names itself: Regain.leaving.push({ send, count, left, elsewhere }), each of which may
 * be a promise. `send` tries to send, `count` says how many still wait, `left` ends what is open;
 * `elsewhere`, if there, is told who signed out in another tab. Not in this one: a page that is led away
 * by its own sign-out would not finish wiping.
 */
(() => {
  "use strict";

  const sources = [];
  self.Regain = { ...self.Regain, leaving: sources };
  const dialog = document.querySelector("[data-unsent-dialog]");
  const said = document.querySelector("[data-user][data-key]");
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("regain") : null;
  tabs?.addEventListener("message", ({ data }) => {
    for (const source of sources) {
      if (said && data === said.dataset.user) source.left();
      source.elsewhere?.(data);
    }
  });
  if (!dialog) return;

  const part = (name) => dialog.querySelector(`[data-unsent-${name}]`);
  const each = (what) => Promise.all(sources.map((source) => Promise.resolve(source[what]()).catch(() => 0)));
  const waiting = async () => (await each("count")).reduce((sum, n) => sum + n, 0);

  function offline() {
    part("offline").textContent = dialog.dataset.offline;
    part("offline").hidden = false;
    if (!dialog.open) dialog.showModal();
  }

  /* Where the session has ended already, there is nothing to end but what is kept here. */
  async function endSession(form) {
    const pass = await Regain.queue.session();
    if (!pass) throw new Error("no answer");
    if (pass.user === null) return form.action;
    const body = new FormData(form);
    body.set("csrfmiddlewaretoken", pass.token); // the page may be older than the session
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.url;
  }

  /* Also where this session did not begin the notices: the next person here is not told instead. */
  async function silence() {
    const worker = await navigator.serviceWorker?.getRegistration("/");
    const notices = await worker?.pushManager?.getSubscription();
    await notices?.unsubscribe();
  }

  const within = (ms, promise) => Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms))]);

  async function signOut(form) {
    const user = said?.dataset.user ?? (await Regain.device.who())?.user;
    try {
      const to = await endSession(form);
      await each("left");
      tabs?.postMessage(user);
      if (user) await navigator.locks.request("regain-pages", () => Regain.device.wipe(user));
      await within(3000, silence().catch(() => {}));
      location.assign(to);
    } catch {
      offline();
    }
  }

  async function ask(form) {
    await each("send");
    const n = await waiting();
    if (!n) return signOut(form);
    part("count").textContent = (n === 1 ? dialog.dataset.one : dialog.dataset.many).replace("{n}", n);
    part("leave").onclick = () => signOut(form);
    part("send").onclick = () => ask(form);
    if (!dialog.open) dialog.showModal();
  }

  part("stay").onclick = () => dialog.close();
  for (const form of document.querySelectorAll("[data-sign-out]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }
})();
