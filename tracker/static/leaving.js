/* Signing out: says first what would be lost, offers to send it, and leaves nothing on this device.
 *
 * What can wait here names itself: Regain.leaving.push({ send, count, undone, left, elsewhere }), each of
 * which may be a promise. `send` tries to send, `count` says how many still wait, `left` ends what is open;
 * `undone`, if there, says how many were taken back here, and not at the clinic; `elsewhere`, if there, is
 * told who signed out in another tab. Not in this one: a page that is led away by its own sign-out would
 * not finish wiping.
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
  const each = (what) => Promise.all(sources.map((source) => Promise.resolve(source[what]?.()).catch(() => 0)));
  const sum = async (what) => (await each(what)).reduce((all, n) => all + (n ?? 0), 0);

  function say(name, n, one, many) {
    part(name).textContent = (n === 1 ? one : many).replace("{n}", n);
    part(name).hidden = !n;
  }

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
    const [count, undone] = [await sum("count"), await sum("undone")];
    if (!count && !undone) return signOut(form);
    say("count", count, dialog.dataset.one, dialog.dataset.many);
    say("undone", undone, dialog.dataset.oneUndone, dialog.dataset.manyUndone);
    part("leave").textContent = undone ? dialog.dataset.leave : dialog.dataset.lose;
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
