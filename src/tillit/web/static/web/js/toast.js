// Toasts: short words about what has just happened. They can be closed, leave by themselves when
// they only say that all went well, and stay while pointed at or focused.
// Others say `document.dispatchEvent(new CustomEvent("toast", {detail: "Copied"}))`.
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
    toast.querySelector("[data-toast-text]").textContent = event.detail;
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
