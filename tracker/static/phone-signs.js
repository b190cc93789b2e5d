/* Warning signs: a tap shows the advice at once, whatever becomes of the report; what the screen says of
 * the clinic's knowledge follows the queue. Without this script the form is an ordinary one. */
(() => {
  "use strict";

  const signs = document.querySelector(".signs");
  const form = signs?.querySelector("form[data-say]");
  if (!signs) return;
  const { dataset: words } = signs;
  const waiting = new Map(); // id of an entry → its sign
  const state = (sign) => signs.querySelector(`[data-sign="${sign}"]`);

  /* The first line says what the clinic knows, the second what happens next. */
  function say(sign, first, second = "") {
    const lines = [first, second].filter(Boolean).map((text, place) => {
      const line = document.createElement("p");
      line.append(place ? text : Object.assign(document.createElement("strong"), { textContent: text }));
      return line;
    });
    state(sign)?.firstElementChild.replaceChildren(...lines);
  }

  function show() {
    const advice = document.getElementById(location.hash.slice(1));
    if (advice?.classList.contains("signs__advice")) advice.focus();
  }

  /* Before the queue takes the form: the advice needs nothing but the page. */
  form?.addEventListener("click", ({ target }) => {
    const button = target.closest("button[name=sign]");
    if (!button || !window.Regain?.queue) return;
    say(button.value, words.unknown);
    location.hash = button.value;
  }, true);

  document.addEventListener("regain:saved", ({ detail }) => {
    const sign = detail?.document?.sign;
    if (!sign) return;
    waiting.set(detail.id, sign);
    say(sign, words.unknown, words.waiting);
  });

  document.addEventListener("regain:not-saved", ({ target }) => {
    if (target === form) say(location.hash.slice(1), words.unknown, words.failed);
  });

  document.addEventListener("regain:sent", ({ detail }) => {
    const sign = waiting.get(detail?.id);
    if (!sign) return;
    waiting.delete(detail.id);
    say(sign, words.toldNow, words.call);
    renew();
  });

  /* When the clinic was told, by the clinic's clock, and whether someone has seen it. */
  async function renew() {
    try {
      const answer = await fetch(location.pathname, { cache: "no-store" });
      if (!answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (!fresh.querySelector(".signs") || fresh.querySelector("[data-shell]")) return;
      const open = new Set(waiting.values());
      for (const old of signs.querySelectorAll("[data-keep]")) {
        const sign = old.closest("[data-sign]")?.dataset.sign;
        const now = fresh.querySelector(`[data-keep="${old.dataset.keep}"]`);
        if (now && !open.has(sign)) old.replaceChildren(...now.childNodes);
      }
    } catch { /* no network: what is said stays */ }
  }

  /* What waits from before: this phone was closed, or another page took it. */
  async function remember() {
    const entries = await window.Regain?.queue?.mine().catch(() => []);
    for (const { id, patient, document: said, state: now } of entries ?? []) {
      if (!said?.sign || patient !== document.getElementById("phone")?.dataset.patient) continue;
      if (now === "waiting") waiting.set(id, said.sign);
      say(said.sign, words.unknown, now === "refused" ? words.refused : words.waiting);
    }
  }

  addEventListener("hashchange", show);
  show();
  window.Regain?.queue?.told?.(({ type }) => type === "changed" && remember());
  remember();
})();
