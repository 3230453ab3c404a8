// The service worker of this browser: shows what the server pushes, also when no page is open, and
// opens the incident. It keeps nothing and answers no request of a page.

const textOf = (value, fallback) => (typeof value === "string" && value ? value : fallback);

function readMessage(event) {
  try {
    return event.data?.json() ?? {};
  } catch {
    return {};
  }
}

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  const message = readMessage(event);
  const incident = textOf(message.incident_id, "");
  event.waitUntil(
    self.registration.showNotification(textOf(message.title, "Vedette"), {
      body: textOf(message.body, ""),
      icon: "/favicon.svg",
      tag: incident || textOf(message.key, "vedette"),
      renotify: true, // a later page of the same incident takes the place of the first, and rings
      requireInteraction: message.severity === "critical",
      data: { path: incident ? `/incidents/${encodeURIComponent(incident)}` : "/" },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const address = new URL(event.notification.data?.path ?? "/", self.location.origin).href;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then((pages) => {
      const page = pages.find(({ url }) => url === address);
      return page ? page.focus() : self.clients.openWindow(address);
    }),
  );
});
