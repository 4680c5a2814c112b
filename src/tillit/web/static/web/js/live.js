// Open pages hear of changes (Server-Sent Events): the badge counts anew, and a toast offers what has changed. Only
// ids come; what they name is fetched as this person. A page that nobody looks at does not listen; when it is looked
// at again it asks for what it missed, which the server keeps for an hour.
const [source] = document.querySelectorAll("[data-live]");
const kept = 50 * 60 * 1000;
let stream, last, away;

function open() {
  if (stream || document.hidden) return;
  stream = new EventSource(`${source.dataset.live}?after=${last}`);
  stream.onopen = () => {
    if (away && Date.now() - away > kept) for (const kind of ["notify.note", "booking.changed"]) heard(kind);
    away = 0;
  };
  stream.onmessage = (event) => {
    last = event.lastEventId;
    heard(JSON.parse(event.data).kind);
  };
  stream.onerror = () => {
    away ||= Date.now();
    if (stream?.readyState === EventSource.CLOSED) stream = null;
  };
}

function close() {
  stream?.close();
  if (stream) away ||= Date.now();
  stream = null;
}

function heard(kind) {
  if (kind.startsWith("notify.")) count();
  for (const part of document.querySelectorAll("[data-live-part]")) if (part.dataset.livePart === kind) renew(part);
  const told = document.querySelector(`[data-live-toast="${CSS.escape(kind)}"]`);
  if (!told || document.querySelector("[data-toast-link]:not([hidden])")) return;
  const { liveWords: words, liveShow: link } = told.dataset;
  document.dispatchEvent(new CustomEvent("toast", { detail: { words, link, href: location.pathname + location.search } }));
}

// a part of the page, with an id, that shows what it shows now
async function renew(part) {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(part.id);
  part.replaceChildren(...(fresh?.childNodes ?? []));
}

async function count() {
  const badge = document.querySelector("[data-live-badge]");
  if (!badge) return;
  const answer = await fetch(badge.dataset.liveBadge, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-live-badge]");
  if (!fresh) return;
  badge.hidden = fresh.hidden;
  badge.replaceChildren(...fresh.childNodes);
  const says = document.querySelector("[data-live-says]");
  if (says) says.textContent = fresh.hidden ? "" : badge.querySelector("[data-live-words]").textContent;
}

if (source) {
  last = source.dataset.liveAfter;
  setTimeout(open, 1000); // whoever only passes through opens nothing
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
}
