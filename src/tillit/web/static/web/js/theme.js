// The colour scheme: automatic, light or dark. The choice lives in a cookie, so that the server
// writes it into the page and nothing flickers.
const order = ["auto", "light", "dark"];
const root = document.documentElement;

function show(button) {
  const chosen = root.dataset.theme || "auto";
  for (const part of button.querySelectorAll("[data-theme-is]")) part.hidden = part.dataset.themeIs !== chosen;
}

for (const button of document.querySelectorAll("[data-theme-switch]")) {
  show(button);
  button.addEventListener("click", () => {
    const next = order[(order.indexOf(root.dataset.theme || "auto") + 1) % order.length];
    if (next === "auto") delete root.dataset.theme;
    else root.dataset.theme = next;
    const age = next === "auto" ? 0 : 31536000;
    document.cookie = `theme=${next}; path=/; max-age=${age}; samesite=lax`;
    document.querySelectorAll("[data-theme-switch]").forEach(show);
  });
}
