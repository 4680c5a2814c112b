// Inside another site's page: tells that page, and no other, how high this one is, and takes from it,
// and from no other, whether it is light or dark. Nothing else is said or heard: not which page this is, since
// the address of a booking opens it.
const root = document.documentElement;
const around = root.dataset.embedded;

function tell(message) {
  parent.postMessage({ tillit: 1, ...message }, around);
}

if (around && parent !== window) {
  const height = () => Math.ceil(document.body.getBoundingClientRect().height);
  new ResizeObserver(() => tell({ height: height() })).observe(document.body);
  tell({ height: height(), arrived: true });
  // browsers move no focus by themselves in a frame of another site; here the reader is already inside
  if (document.hasFocus()) document.querySelector("main [autofocus]")?.focus();
  addEventListener("message", (event) => {
    if (event.source !== parent || event.origin !== around || event.data?.tillit !== 1) return;
    const { theme } = event.data;
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else if (theme === "auto") delete root.dataset.theme;
  });
}
