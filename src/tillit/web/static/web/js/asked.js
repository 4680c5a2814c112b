// Questions that hang on an earlier answer show themselves when it is given. Without scripts all are there, each with
// the words that say when it is meant; the server leaves out what was not asked.
function look() {
  for (const part of document.querySelectorAll("[data-when]")) {
    const form = part.closest("form");
    const fields = [...(form?.elements ?? [])].filter((one) => one.name === part.dataset.when);
    const given = fields.some((one) => {
      if (one.closest("[data-when][hidden]")) return false;
      if (one.type === "checkbox") return one.checked;
      return (one.type !== "radio" || one.checked) && one.value === part.dataset.is;
    });
    part.hidden = !given;
    part.querySelector("[data-when-words]")?.setAttribute("hidden", "");
  }
}

document.addEventListener("change", (event) => event.target.closest("form") && look());
document.addEventListener("htmx:afterSettle", look);
look();
