/* Shows, beside its field, what a form would be asked about or refused for, before it is saved.
 *
 * <form data-check="address" data-check-said="{count} to check: {text}" data-check-none="…">
 *   … <div class="field"> or <fieldset class="field"> with the input of an id …
 * (on the page of a visit, class="ask")
 *
 * After a change the fields go to the address, which answers
 * {"questions": [{"field": id, "text": …}], "refused": [the same]}. Nothing is written there and
 * nothing is blocked here: without this script the same comes after saving. New ones are announced
 * politely; the focus stays where it is.
 */
(() => {
  "use strict";

  const WAIT = 400; // ms after the last change, so that one answer serves a row of taps
  const CLASS = "field-question";

  const make = (tag, properties) => Object.assign(document.createElement(tag), properties);

  function checked(form) {
    const live = make("p", { className: "visually-hidden" });
    live.setAttribute("role", "status");
    live.setAttribute("aria-live", "polite");
    const general = make("div", {});
    form.append(live);
    form.prepend(general);
    let timer = 0;
    let asking = null;
    let before = new Set();

    function place(one, refused) {
      const input = one.field && document.getElementById(one.field);
      const field = input && form.contains(input) ? input.closest(".field, .ask") : null;
      const note = make("p", { className: CLASS, textContent: one.text });
      note.id = `asked-${one.field || "form"}-${form.querySelectorAll(`.${CLASS}`).length}`;
      if (refused) note.classList.add(`${CLASS}--refused`);
      (field || general).append(note);
      if (!field) return;
      for (let more = field.closest("details"); more; more = more.parentElement.closest("details")) {
        more.open = true;
      }
      const described = field.matches("fieldset") ? field : input;
      const ids = (described.getAttribute("aria-describedby") || "").split(" ").filter(Boolean);
      described.setAttribute("aria-describedby", [...ids, note.id].join(" "));
    }

    function clear() {
      for (const note of form.querySelectorAll(`.${CLASS}`)) {
        for (const one of form.querySelectorAll(`[aria-describedby~="${note.id}"]`)) {
          const ids = one.getAttribute("aria-describedby").split(" ").filter((id) => id !== note.id);
          if (ids.length) one.setAttribute("aria-describedby", ids.join(" "));
          else one.removeAttribute("aria-describedby");
        }
        note.remove();
      }
    }

    function show({ questions, refused }) {
      clear();
      for (const one of refused) place(one, true);
      for (const one of questions) place(one, false);
      const all = [...refused, ...questions];
      const fresh = all.filter((one) => !before.has(`${one.field} ${one.text}`));
      const gone = before.size && !all.length;
      before = new Set(all.map((one) => `${one.field} ${one.text}`));
      if (fresh.length) {
        const text = fresh.map((one) => one.text).join(" ");
        live.textContent = (form.dataset.checkSaid || "{text}")
          .replace("{count}", String(all.length))
          .replace("{text}", text);
      } else if (gone) {
        live.textContent = form.dataset.checkNone || "";
      }
    }

    async function ask() {
      asking?.abort();
      const own = new AbortController();
      asking = own;
      const body = new URLSearchParams(new FormData(form));
      body.delete("slip"); // a question keeps no draft, also where it arrives after a sign-out
      try {
        const answer = await fetch(form.dataset.check, {
          method: "POST",
          body,
          credentials: "same-origin",
          headers: { Accept: "application/json" },
          signal: own.signal,
        });
        const json = (answer.headers.get("Content-Type") || "").startsWith("application/json");
        if (answer.ok && json && asking === own) show(await answer.json());
      } catch {
        // no network, or a newer question: what is asked comes after saving
      }
    }

    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    };
    form.addEventListener("change", later);
    form.addEventListener("check", later); // for scripts that set fields themselves
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      asking?.abort();
    });
  }

  document.querySelectorAll("form[data-check]").forEach(checked);
})();
