/* Forms that say one thing (form[data-say="kind"]): into the queue first, then to the clinic.
 *
 * The words of an entry are data-words of the form and data-said, or else the text, of the button that was
 * pressed and the answers that were chosen. data-also="name=value" of a button says one field more.
 * data-needs is what to tell where nothing was said; data-then-if="name=value #section; …" where to go on.
 * Then `regain:saved` bubbles from the form, with { id, kind, document }.
 */
(() => {
  "use strict";

  const about = document.getElementById("phone")?.dataset;
  if (!about?.patient) return;
  const status = document.querySelector("[data-status]");
  const NUMBERS = /^(volume_ml|urgency|pain_)/;
  const ANSWERS = { true: true, false: false };
  const OF_FORM = new Set(["csrfmiddlewaretoken", "id", "kind"]);
  let latest = {}; // the entry that the status line is about

  function say(words, bad = false) {
    status.textContent = words;
    status.classList.toggle("phone__status--bad", bad);
  }

  const value = (name, text) => (NUMBERS.test(name) ? Number(text) : (ANSWERS[text] ?? text));

  function fields(form, button) {
    const pairs = [...new FormData(form, button)];
    if (button?.dataset.also) pairs.push(button.dataset.also.split("="));
    const given = pairs.filter(([name, text]) => !OF_FORM.has(name) && text.trim() !== "");
    return Object.fromEntries(given.map(([name, text]) => [name, value(name, text)]));
  }

  function words(form, button) {
    const parts = [form.dataset.words];
    for (const input of form.elements) {
      if (input.type === "radio" && input.checked) parts.push(input.dataset.said ?? input.parentNode.textContent.trim());
      if (input.dataset.unit && input.value) parts.push(`${input.value} ${input.dataset.unit}`);
      if (input.tagName === "TEXTAREA" && input.value) parts.push(input.value);
    }
    if (button) parts.push(button.dataset.said ?? button.textContent.trim());
    return parts.filter(Boolean).join(", ");
  }

  /* Where to go on: what was said may need an answer. */
  function next(form, said) {
    for (const rule of (form.dataset.thenIf ?? "").split("; ")) {
      const [condition, to] = rule.split(" ");
      const [name, wanted] = condition.split("=");
      if (to && String(said[name]) === wanted) return to;
    }
    return form.dataset.then ?? "#home";
  }

  function saved(form, entry) {
    const { id, kind, document: whole } = entry;
    latest = entry;
    say(`${entry.said}: ${navigator.onLine ? about.sending : about.waiting}`);
    status.dataset.state = "waiting";
    const to = next(form, whole);
    form.reset();
    location.hash = to;
    window.scrollTo(0, 0);
    form.dispatchEvent(new CustomEvent("regain:saved", { bubbles: true, detail: { id, kind, document: whole } }));
  }

  /* While it is on its way the next one can be entered. */
  async function sending(entry) {
    await Regain.shell.send();
    const { id } = entry;
    if (status.dataset.state === "waiting" && latest.id === id) {
      const mine = (await Regain.queue.mine()).find((one) => one.id === id);
      if (mine?.state === "refused") refused(entry);
      else if (mine) say(`${entry.said}: ${about.waiting}`);
    }
  }

  function sent(entry) {
    status.dataset.state = "sent";
    say(`${entry.said}: ${about.sent}`);
    document.dispatchEvent(new CustomEvent("regain:sent", { detail: { id: entry.id } }));
  }

  function refused(entry) {
    status.dataset.state = "refused";
    say(`${entry.said}: ${about.refused}`, true);
  }

  /* While it is being taken back, the list says so. */
  function undone(entry, done) {
    status.dataset.state = "undone";
    say(done ? `${entry.said}: ${about.takenBack}` : "");
  }

  Regain.queue.told(({ type, id }) => {
    if (!id || id !== latest.id) return;
    if (type === "sent") sent(latest);
    if (type === "undoing" || type === "undone") undone(latest, type === "undone");
  });

  async function submitted(form, button) {
    const said = fields(form, button);
    if (form.dataset.needs && !Object.keys(said).length) return say(form.dataset.needs, true);
    if (form.dataset.busy) return; // pressed twice
    form.dataset.busy = "1";
    let kept;
    try {
      const whose = document.querySelector('[data-keep="whose"]').textContent;
      const entry = { patient: about.patient, whose, kind: form.dataset.say, document: said, said: words(form, button) };
      await Regain.shell.ready;
      const { replaces, happened } = form.dataset;
      if (happened) entry.document.device_time = happened; // corrected: it happened when it did
      kept = await Regain.queue.add({ ...entry, replaces, reason: about.undoReason });
      delete form.dataset.replaces;
      delete form.dataset.happened;
    } catch {
      say(about.notSaved, true);
      form.dispatchEvent(new CustomEvent("regain:not-saved", { bubbles: true }));
      return;
    } finally {
      delete form.dataset.busy;
    }
    saved(form, kept);
    sending(kept).catch(() => {});
  }

  window.addEventListener("hashchange", () => {
    if (location.hash !== "#home" && document.querySelector(`${location.hash}.phone__say form`)) say("");
  });
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-say]");
    if (!form) return;
    event.preventDefault();
    submitted(form, event.submitter);
  });

  // --- correcting what was refused --------------------------------------------------------------
  async function correct() {
    const id = new URLSearchParams(location.search).get("correct");
    const entry = id && (await Regain.queue.mine()).find((one) => one.id === id);
    const form = entry && document.querySelector(`form[data-say="${entry.kind}"]`);
    if (!form) return;
    for (const [name, text] of Object.entries(entry.document)) {
      if (!form.elements[name] || OF_FORM.has(name)) continue;
      form.elements[name].value = String(text);
    }
    form.dataset.replaces = id;
    form.dataset.happened = entry.document.device_time;
  }

  // --- stepper ----------------------------------------------------------------------------------
  for (const stepper of document.querySelectorAll("[data-stepper]")) {
    const input = stepper.querySelector("input");
    for (const button of stepper.querySelectorAll("[data-step]")) {
      button.hidden = false;
      button.addEventListener("click", () => {
        const now = input.value === "" ? 200 - 50 : Number(input.value);
        const to = now + Number(button.dataset.step);
        input.value = Math.max(Number(input.min), Math.min(Number(input.max), to));
      });
    }
  }

  Regain.say = { correct };
})();
