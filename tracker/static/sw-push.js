/* A notice from the server, shown on the phone: only that something waits, in the reader's words.
 *
 * Part of the service worker of the phone's pages. What the server says is shown as it is; nothing is
 * asked of the network. A tap opens the phone's pages, which say what waits after signing in.
 */
(() => {
  "use strict";

  const START = "/my/";

  const said = (event) => {
    try {
      return event.data.json();
    } catch {
      return {};
    }
  };

  self.addEventListener("push", (event) => {
    // a push without words must still show something: browsers insist on it
    const { text = "", language = "" } = said(event);
    event.waitUntil(
      self.registration.showNotification("Regain", { body: text, lang: language, tag: "regain" }),
    );
  });

  self.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(
      (async () => {
        const open = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
        const one = open.find((client) => new URL(client.url).pathname.startsWith(START));
        return one ? one.focus() : self.clients.openWindow(START);
      })(),
    );
  });
})();
