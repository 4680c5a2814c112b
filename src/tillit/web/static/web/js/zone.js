// The visitor's own time zone, for pages that ask: <span data-zone="shown zone" data-zone-chosen>.
// Nothing is sent from any other page. If the page shows another zone and nobody chose it, the page
// is asked for again with ?zone=; a cookie for this visit spares the next page that detour.
const probe = document.querySelector("[data-zone]");

if (probe && !("zoneChosen" in probe.dataset)) {
  let own = "";
  try {
    own = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  } catch { /* very old browsers do not know */ }
  const here = new URL(location.href);
  if (/^[A-Za-z0-9_+/-]{2,64}$/.test(own)) {
    if (!("embedded" in document.documentElement.dataset)) document.cookie = `zone=${encodeURIComponent(own)}; path=/; samesite=lax`;
    if (own !== probe.dataset.zone && !here.searchParams.has("zone")) {
      here.searchParams.set("zone", own);
      location.replace(here);
    }
  }
}

// A field may want it too: <input type="hidden" name="zone" data-zone-field>
for (const field of document.querySelectorAll("[data-zone-field]")) {
  if (!field.value) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
}
