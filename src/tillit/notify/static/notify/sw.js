// The service worker: shows what was pushed, and opens the page that it is about. It keeps nothing and fetches nothing.
self.addEventListener("push", (event) => {
  let told;
  try { told = event.data.json(); } catch { return; }
  const path = typeof told.path === "string" && told.path.startsWith("/") && !told.path.startsWith("//") ? told.path : "/";
  event.waitUntil(self.registration.showNotification(String(told.words || ""), { data: path, tag: path }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data || "/"));
});
