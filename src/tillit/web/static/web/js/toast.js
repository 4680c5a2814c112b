// Toasts: short words about what has just happened. They can be closed, leave by themselves when
// they only say that all went well, and stay while pointed at or focused.
// Others say `document.dispatchEvent(new CustomEvent("toast", {detail: "Copied"}))`, or with a way on, and then it stays:
// `{detail: {words: "Something has changed.", link: "Show", href: "/…"}}`.
const box = document.querySelector("[data-toasts]");
const stay = 9000;

function live(toast) {
  let timer;
  const wait = () => { if (toast.dataset.toast !== "stays") timer = setTimeout(() => toast.remove(), stay); };
  const hold = () => clearTimeout(timer);
  toast.querySelector("[data-toast-close]")?.addEventListener("click", () => toast.remove());
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", wait);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", wait);
  wait();
}

if (box) {
  box.querySelectorAll("[data-toast]").forEach(live);
  document.addEventListener("toast", (event) => {
    const toast = box.querySelector("template").content.firstElementChild.cloneNode(true);
    const { words, link, href } = typeof event.detail === "string" ? { words: event.detail } : event.detail;
    toast.querySelector("[data-toast-text]").textContent = words;
    if (link) {
      const way = toast.querySelector("[data-toast-link]");
      Object.assign(way, { textContent: link, href, hidden: false });
      toast.dataset.toast = "stays";
    }
    box.append(toast);
    live(toast);
  });
}

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard.writeText(button.dataset.copy);
  document.dispatchEvent(new CustomEvent("toast", { detail: button.dataset.copied }));
});
