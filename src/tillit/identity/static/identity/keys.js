// Tells a person, not only the console, that a device gave no key (allauth's scripts send this event).
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  for (const place of document.querySelectorAll("[data-key-trouble]")) place.hidden = false;
});
