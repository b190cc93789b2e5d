/* What is typed on a page whose forms keep no drafts is there again in the other language.
 *
 * It waits in this tab alone, while the page is made anew, and goes as soon as the page is there.
 */
(() => {
  "use strict";

  const TYPED = "regain.typed";
  const languages = document.querySelector("form[data-languages]");
  const controls = () =>
    [...document.forms]
      .filter((form) => form.method === "post" && form !== languages && !form.dataset.signOut)
      .flatMap((form) => [...form.elements])
      .filter((one) => one.name && !["hidden", "password", "file", "submit"].includes(one.type));

  const chosen = (one) => ["checkbox", "radio"].includes(one.type);
  const value = (one) => (chosen(one) ? one.checked : one.value);

  function again() {
    const kept = JSON.parse(sessionStorage.getItem(TYPED) ?? "null");
    sessionStorage.removeItem(TYPED);
    const now = controls();
    if (kept?.page !== location.pathname || kept.values.length !== now.length) return;
    now.forEach((one, place) => {
      if (one.name !== kept.values[place][0] || value(one) === kept.values[place][1]) return;
      one[chosen(one) ? "checked" : "value"] = kept.values[place][1];
      one.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }

  again();
  if (!languages) return;
  languages.hidden = false;
  languages.addEventListener("submit", () => {
    const values = controls().map((one) => [one.name, value(one)]);
    sessionStorage.setItem(TYPED, JSON.stringify({ page: location.pathname, values }));
  });
})();
