/* Keeps the progress of background work up to date; without it, the page has a link to look again.
 *
 * <section data-progress="address of the progress as JSON">
 *   <p role="status" data-progress-said></p> <progress></progress>
 */
(() => {
  "use strict";

  const OFTEN = 1000; // ms
  const card = document.querySelector("[data-progress]");
  const bar = card.querySelector("progress");
  const said = card.querySelector("[data-progress-said]");

  const show = (told) => {
    if (told.total) {
      bar.max = told.total;
      bar.value = told.done;
    }
    // said anew only when it changes, so that a screen reader is not flooded
    if (said.textContent !== told.said) said.textContent = told.said;
  };

  const look = async () => {
    try {
      const answer = await fetch(card.dataset.progress, { headers: { Accept: "application/json" } });
      const told = answer.ok && !answer.redirected ? await answer.json() : null;
      const closed = answer.redirected || answer.status === 403 || answer.status === 404;
      if (closed || (told && !told.working)) {
        window.location.reload(); // finished, signed out meanwhile, or no longer there or allowed
        return;
      }
      if (told) show(told);
    } catch {
      // no network for a moment: ask again
    }
    window.setTimeout(look, OFTEN);
  };

  window.setTimeout(look, OFTEN);
})();
