// Shows a booking page, or the page of an organisation, in another site's page:
//   <script src="(our address)/embed.js" data-organisation="…" data-type="…" data-language="…" async></script>
// data-type: what is booked, none for the organisation's page; data-language: sv, en or fa, none for the browser's;
// data-theme: light or dark, none for the device's, may change later; data-title: what screen readers call it.
// It sets no cookie, keeps nothing, asks no host but the one it came from, and listens to its own frame only.
(() => {
  "use strict";
  const script = document.currentScript;
  const organisation = script && script.dataset.organisation;
  if (!organisation) return;
  const { type, language, title } = script.dataset;
  const home = new URL(script.src).origin;
  const page = new URL(`/o/${encodeURIComponent(organisation)}/embed/`, home);
  if (type) page.pathname += `book/${encodeURIComponent(type)}/`;
  page.searchParams.set("origin", location.origin);
  const theme = () => (["light", "dark"].includes(script.dataset.theme) ? script.dataset.theme : "auto");
  if (language) page.searchParams.set("language", language);
  if (theme() !== "auto") page.searchParams.set("theme", theme());

  const frame = document.createElement("iframe");
  frame.title = title || organisation;
  frame.loading = "lazy";
  frame.src = page.href;
  Object.assign(frame.style, { display: "block", width: "100%", border: "0", height: "640px", colorScheme: "auto" });
  script.after(frame);

  let before = false;
  const say = (message) => frame.contentWindow.postMessage({ tillit: 1, ...message }, home);
  addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || event.origin !== home || event.data?.tillit !== 1) return;
    const { height, arrived } = event.data;
    if (Number.isInteger(height)) frame.style.height = `${Math.min(Math.max(height, 120), 20000)}px`;
    if (arrived !== true) return;
    say({ theme: theme() });
    // another page in the frame begins at its top
    if (before && frame.getBoundingClientRect().top < 0) frame.scrollIntoView({ block: "start" });
    before = true;
  });
  new MutationObserver(() => say({ theme: theme() })).observe(script, { attributeFilter: ["data-theme"] });
})();
