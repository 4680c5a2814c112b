// "/" leads to the search; the arrow keys lead from the box through what was found, Escape back to the box.
const editable = (place) => place?.closest?.("input, textarea, select, [contenteditable]");
const menu = document.querySelector("[data-search-menu]");
const box = () => document.querySelector("main [data-search]") ?? menu?.querySelector("[data-search]");
const hits = () => [...document.querySelectorAll("[data-results] .hit")];

function toBox() {
  const found = box();
  if (!found) return false;
  if (menu?.contains(found)) menu.open = true;
  found.focus();
  found.select();
  return true;
}

menu?.addEventListener("toggle", () => { if (menu.open) menu.querySelector("[data-search]").focus(); });

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "/" && !editable(event.target) && !document.querySelector("dialog[open]")) {
    if (toBox()) event.preventDefault();
    return;
  }
  const results = hits();
  const at = results.indexOf(document.activeElement);
  const inBox = document.activeElement?.matches?.("main [data-search]");
  if (at < 0 && !inBox) return;
  if (event.key === "ArrowDown" && results.length) results[Math.min(at + 1, results.length - 1)].focus();
  else if (event.key === "ArrowUp" && at > 0) results[at - 1].focus();
  else if ((event.key === "ArrowUp" || event.key === "Escape") && at >= 0) toBox();
  else return;
  event.preventDefault();
});
