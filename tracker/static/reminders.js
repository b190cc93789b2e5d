/* Notices on this phone: asks the browser to allow them and tells the server where they go.
 *
 * Needs the service worker of the phone's pages. Every word shown comes from the page.
 */
(() => {
  "use strict";

  const box = document.querySelector("[data-push]");
  if (!box) return;
  const allow = box.querySelector("[data-push-allow]");
  const says = box.querySelector("[data-push-says]");
  const tell = (words) => {
    says.textContent = words;
    says.hidden = false;
  };
  const possible = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

  const same = (subscription) => {
    const key = subscription.options.applicationServerKey;
    return key && String(new Uint8Array(key)) === String(bytes(box.dataset.key));
  };

  // as it is now: a subscription made for another key of the site no longer reaches this browser
  const subscribed = async (worker) => {
    const found = await worker.pushManager.getSubscription();
    if (!found || same(found)) return found;
    await found.unsubscribe();
    return null;
  };

  const send = (subscription) =>
    fetch(box.dataset.to, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector("input[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify(subscription),
    });

  const begin = async () => {
    allow.disabled = true;
    try {
      if ((await Notification.requestPermission()) !== "granted") return tell(box.dataset.denied);
      const worker = await navigator.serviceWorker.ready;
      const subscription =
        (await subscribed(worker)) ??
        (await worker.pushManager.subscribe({
          userVisibleOnly: true,
          applicationServerKey: bytes(box.dataset.key),
        }));
      const answer = await send(subscription);
      if (answer.ok) return location.reload();
      const { problem } = answer.status === 422 ? await answer.json() : {};
      tell(problem ?? box.dataset.failed);
    } catch {
      tell(box.dataset.failed);
    } finally {
      allow.disabled = false;
    }
  };

  const start = async () => {
    const worker = possible && (await navigator.serviceWorker.getRegistration("/"));
    if (!worker) return tell(box.dataset.none);
    const own = Notification.permission === "granted" && (await subscribed(worker));
    // known already, or ended on the server: the session learns again which browser this is
    if (own && (await send(own)).ok) return tell(box.dataset.on);
    if (Notification.permission === "denied") return tell(box.dataset.denied);
    allow.hidden = false;
    allow.addEventListener("click", begin);
  };

  start().catch(() => tell(box.dataset.failed));
})();
