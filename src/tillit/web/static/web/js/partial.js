// Partial updates by htmx. An answer that is no part of the page (an error, a session that ended)
// is shown as the whole page it is; where that cannot be, a toast says so.
document.addEventListener("htmx:responseError", (event) => {
  const { xhr, requestConfig } = event.detail;
  if (requestConfig.verb === "get") location.assign(xhr.responseURL || requestConfig.path);
  else say();
});
document.addEventListener("htmx:sendError", say);
document.addEventListener("htmx:timeout", say);

function say() {
  const words = document.querySelector("[data-toasts]")?.dataset.failed;
  if (words) document.dispatchEvent(new CustomEvent("toast", { detail: words }));
}
