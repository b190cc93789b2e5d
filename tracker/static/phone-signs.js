/* Warning signs: a tap shows the advice at once, whatever becomes of the report; what the screen says of
 * the clinic's knowledge follows the queue. Without this script the form is an ordinary one. */
(() => {
  "use strict";

  const signs = document.querySelector(".signs");
  if (!signs) return;
  const form = signs.querySelector("form[data-say]");
  const { dataset: words } = signs;
  const patient = document.getElementById("phone")?.dataset.patient;
  const waiting = new Map(); // id of an entry that this phone keeps → its sign
  const queue = () => window.Regain?.queue;

  const now = (sign) => signs.querySelector(`[data-sign="${sign}"] [data-now]`);

  /* The first line says what the clinic knows, the second what happens next. */
  function say(sign, first, second) {
    const lines = [first, second].map((text, place) => {
      const line = document.createElement("p");
      const strong = document.createElement("strong");
      strong.textContent = text;
      line.append(place ? text : strong);
      return line;
    });
    now(sign)?.replaceChildren(...lines);
  }

  /* Whoever cannot see that the page changed hears it: the advice gets the focus. */
  function show() {
    const advice = document.getElementById(location.hash.slice(1));
    if (advice?.classList.contains("signs__advice")) advice.focus();
  }

  // before the queue takes the form: the advice needs nothing but the page
  form?.addEventListener("click", ({ target }) => {
    const sign = target.closest("button[name=sign]")?.value;
    if (!sign || !queue()) return;
    form.dataset.then = `#${sign}`;
    say(sign, words.unknown, words.call);
    location.hash = sign;
  }, true);

  form?.addEventListener("regain:saved", ({ detail }) => {
    waiting.set(detail.id, detail.document.sign);
    say(detail.document.sign, words.unknown, words.waiting);
  });

  // nothing can be kept on this phone: tell the clinic directly
  form?.addEventListener("regain:not-saved", async () => {
    const sign = form.dataset.then?.slice(1);
    const body = new FormData(form);
    body.set("sign", sign);
    try {
      const answer = await fetch(location.pathname, { method: "POST", body });
      if (!answer.ok) throw new Error(answer.status);
      await renew();
    } catch {
      say(sign, words.unknown, words.failed);
    }
  });

  function sent(id) {
    const sign = waiting.get(id);
    if (!sign) return;
    waiting.delete(id);
    say(sign, words.told, words.call);
    renew();
  }

  /* When the clinic was told, by the clinic's clock, and whether someone has seen it. */
  async function renew() {
    const answer = await fetch(location.pathname, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!fresh.querySelector(".signs") || fresh.querySelector("[data-shell]")) return;
    for (const old of signs.querySelectorAll("[data-keep]")) {
      const kept = fresh.querySelector(`[data-keep="${old.dataset.keep}"]`);
      if (kept) old.replaceChildren(...kept.childNodes);
    }
    const open = new Set(waiting.values());
    for (const { dataset } of signs.querySelectorAll("[data-sign]")) {
      if (!open.has(dataset.sign)) now(dataset.sign).replaceChildren();
    }
  }

  /* What waits from before: the phone was closed meanwhile, or another page took the report. */
  async function remember() {
    for (const { id, patient: whose, document: said, state } of (await queue()?.mine()) ?? []) {
      if (!said.sign || whose !== patient) continue;
      waiting.set(id, said.sign);
      if (state === "undone") say(said.sign, words.undone, words.undoing);
      else if (state === "kept") say(said.sign, words.undone, words.kept);
      else say(said.sign, words.unknown, state === "refused" ? words.refused : words.waiting);
    }
  }

  /* The clinic has not got it, or not any more. */
  async function undone(id) {
    if (!waiting.has(id)) return;
    now(waiting.get(id)).replaceChildren();
    waiting.delete(id);
    await remember();
    await renew();
  }

  addEventListener("hashchange", show);
  addEventListener("load", () => {
    show();
    const heard = { sent, undone };
    queue()?.told(({ type, id }) => (heard[type] ?? remember)(id));
    (window.Regain?.shell?.ready ?? Promise.resolve()).then(remember).catch(() => {});
  });
})();
