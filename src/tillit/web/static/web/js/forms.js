// A form is sent once: a second press while the answer is awaited does nothing. The answer, coming
// back by the browser's history, or some seconds (an answer may be a file) free it again.
const patience = 8000;

function free(form) {
  delete form.dataset.sent;
  form.querySelectorAll(".is-busy").forEach((button) => button.classList.remove("is-busy"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "dialog") return;
  if (form.dataset.sent) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.classList.add("is-busy");
  setTimeout(() => free(form), patience);
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) free(form);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(free));

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    event.target.closest?.(".drop")?.classList.toggle("is-over", name === "dragover");
  });
}

// Selects and choices marked data-sends send their form when changed; a button does so without scripts.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});
