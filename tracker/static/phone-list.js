/* What waits on this phone, was refused, or has just been sent: the lists [data-queue] of a page.
 *
 * Words come from the page (#phone, the template [data-entry]).
 */
(() => {
  "use strict";

  const about = document.getElementById("phone")?.dataset;
  if (!about) return;
  const list = document.querySelector("[data-queue]");
  const template = document.querySelector("template[data-entry]");
  const { queue } = Regain;
  const sent = new Map(); // entries that went since the page was opened, until the clinic's list has them
  let shown = new Map();
  let signedOut = false;

  const OPEN = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  function time(text) {
    const date = new Date(text);
    const today = date.toDateString() === new Date().toDateString();
    const { hour, minute, hourCycle } = OPEN;
    const options = today ? { hour, minute, hourCycle } : OPEN;
    return date.toLocaleString(document.documentElement.lang, options);
  }

  function why({ state, status, detail }) {
    if (state === "sent") return "";
    if (state === "waiting") return signedOut ? about.signedOutWhy : about.waitingWhy;
    if (state === "undone") return signedOut ? about.signedOutUndoneWhy : about.undoneWhy;
    const words = state === "kept" ? about.keptWhy : (about[`why-${status}`] ?? about.whyOther);
    return [words, detail].filter(Boolean).join(" ");
  }

  /* Everything that the clinic needs to enter it by hand. */
  function text({ id, kind, said, document: whole }) {
    const { id: _id, kind: _kind, ...fields } = whole;
    const details = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
    return [said, time(whole.device_time), `${kind} ${id}`, ...details].join("\n");
  }

  const ATTENTION = ["refused", "kept"]; // somebody has to do something
  const MAY = { retry: ATTENTION, correct: ["refused"], show: ATTENTION, undo: ["waiting", "refused"], remove: ["kept"] };

  function item(entry) {
    const made = template.content.cloneNode(true).querySelector("li");
    made.dataset.entry = entry.id;
    const part = (name) => made.querySelector(`[data-part="${name}"]`);
    made.dataset.state = entry.state;
    const other = entry.patient !== about.patient;
    part("said").textContent = other ? `${entry.whose}: ${entry.said}` : entry.said;
    part("time").textContent = time(entry.document.device_time);
    part("state").textContent = about[entry.state];
    part("why").textContent = why(entry);
    part("text").textContent = text(entry);
    for (const control of made.querySelectorAll("[data-do]")) {
      const what = control.dataset.do;
      control.hidden = !MAY[what].includes(entry.state);
      if (what === "correct" && about.today) control.href = `${about.today}?correct=${entry.id}#${entry.kind}`;
      if (what === "correct" && (other || entry.kind === "red_flag")) control.hidden = true;
      control.setAttribute("aria-label", `${control.textContent.trim()}: ${entry.said}`);
    }
    return made;
  }

  /* The rows of the clinic's list; of one entry, where it has it. */
  const atClinic = (id) => document.querySelectorAll(`[data-keep] [data-entry${id ? `="${id}"` : ""}]`);

  /* About somebody whose pages may be closed to this person now: shown with the name, where all is listed. */
  const elsewhere = ({ state }) => "all" in (list?.dataset ?? {}) && (ATTENTION.includes(state) || !about.patient);

  async function render() {
    const all = await queue.mine();
    const mine = all.filter((entry) => entry.patient === about.patient || elsewhere(entry));
    shown = new Map(mine.map((entry) => [entry.id, entry]));
    for (const id of [...sent.keys()]) {
      if (atClinic(id).length) sent.delete(id);
    }
    const attention = all.filter((entry) => ATTENTION.includes(entry.state)).length;
    for (const count of document.querySelectorAll("[data-attention]")) {
      count.textContent = attention;
      count.hidden = !attention;
    }
    // said once, in the words of what is to become of it
    for (const row of atClinic()) row.hidden = shown.has(row.dataset.entry);
    if (!list) return;
    const rows = [...mine, ...sent.values()];
    list.replaceChildren(...rows.reverse().map(item));
    document.querySelector("[data-nothing]")?.toggleAttribute("hidden", rows.length > 0);
  }

  queue.told((news) => {
    if (news.type === "sent" && shown.has(news.id)) sent.set(news.id, { ...shown.get(news.id), state: "sent" });
    if (news.type === "undone") atClinic(news.id).forEach((row) => row.remove());
    render();
  });

  list?.addEventListener("click", async ({ target }) => {
    const what = target.closest("[data-do]")?.dataset.do;
    const row = target.closest("[data-entry]");
    if (!what || !row) return;
    if (what === "show") row.querySelector('[data-part="text"]').hidden = false;
    else if (what in queue) await queue[what](row.dataset.entry, about.undoReason);
    if (what === "retry" || what === "undo") await Regain.shell.send();
  });

  function tell(result) {
    signedOut = result === "sign-in";
    return render();
  }

  Regain.list = { render, tell };
})();
