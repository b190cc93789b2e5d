/* Comfort on the page of a visit; everything works without it.
   Digits choose an answer, − and + make a 4 a 4− or 4+, Delete takes an answer back, Ctrl and the
   arrows up and down go from part to part, a second tap on an answer takes it back. */
"use strict";
{
  const form = document.querySelector("form.visit");
  const WAIT = 900; // ms in which keys belong together: 1 and 0 are 10
  form.classList.add("visit--script"); // a second tap takes back: no button for it
  let typed = "", last = 0, was = null;

  const group = (radio) => [...form.elements].filter((e) => e.type === "radio" && e.name === radio.name);
  const mayBeEmpty = (radio) => !radio.closest("[data-required], .drug");
  const told = (element) => element.dispatchEvent(new Event("change", { bubbles: true }));

  function choose(radio) {
    radio.checked = true;
    radio.focus();
    told(radio);
  }

  function clear(radio) {
    if (!mayBeEmpty(radio)) return;
    const chosen = group(radio).find((one) => one.checked);
    if (chosen) {
      chosen.checked = false;
      told(chosen);
    }
  }

  function key(event) {
    const radio = event.target;
    if (radio.type !== "radio") return;
    if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      clear(radio);
      return;
    }
    if (!/^[0-9+\-−]$/.test(event.key)) return;
    const pressed = event.key.replace("−", "-"), now = event.timeStamp;
    const values = now - last < WAIT ? [typed + pressed, pressed] : [pressed];
    const found = values.flatMap((v) => group(radio).filter((one) => one.value === v))[0];
    if (!found) return;
    event.preventDefault();
    [typed, last] = [found.value, now];
    choose(found);
  }

  function walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !event.ctrlKey) return;
    const parts = [...form.querySelectorAll(".exam")].filter((p) => p.offsetParent !== null);
    const at = parts.indexOf(event.target.closest(".exam"));
    const next = parts[at + step];
    const first = next && [...next.querySelectorAll("input:not([type=hidden]), textarea, summary")]
      .find((e) => e.getClientRects().length);
    if (first) {
      event.preventDefault();
      first.focus();
    }
  }

  /* A part is either unchanged, or not done, or what was entered. */
  function agree(input) {
    const part = input.closest(".exam");
    const same = part && part.querySelector(".unchanged input");
    const empty = input.value === "" || (input.type === "radio" && !input.checked);
    const reason = input.name.endsWith(".not_done");
    if (same && input === same) {
      if (same.checked) part.querySelectorAll("[name$='.not_done']").forEach((e) => { e.checked = false; });
      return;
    }
    if (empty) return;
    if (same && same.checked && (reason || differs(input))) {
      same.checked = false;
      const status = form.querySelector("[data-said]");
      status.textContent = `${status.dataset.said} ${part.querySelector("h2").textContent}`;
    }
    const leg = /^motor\.(right|left)\.(grade|not_testable)$/.exec(input.name);
    if (leg) {
      const other = leg[2] === "grade" ? "not_testable" : "grade";
      form.querySelectorAll(`[name='motor.${leg[1]}.${other}']`).forEach((e) => { e.checked = false; });
    }
  }

  const differs = (input) =>
    Boolean(input.closest(".copied, .ask--why")) && !input.closest(".choice--last") &&
    !input.name.startsWith("bladder.pvr");

  form.addEventListener("keydown", (event) => { key(event); walk(event); });
  form.addEventListener("pointerdown", (event) => {
    const radio = event.target.closest(".choice")?.querySelector("input[type=radio]");
    was = radio?.checked ? radio : null;
  });
  form.addEventListener("click", (event) => {
    const radio = event.target;
    if (radio.type !== "radio") return;
    if (radio === was || radio.value === "") clear(radio);
    was = null;
  });
  form.addEventListener("change", (event) => agree(event.target));
}
