// Open pages hear of changes (Server-Sent Events): the badge counts, and a toast offers what has changed. Only
// ids come; what they name is fetched as this person. A page that nobody looks at does not listen; looked at again
// it asks for what it missed, which is kept for an hour.
const [source] = document.querySelectorAll("[data-live]");
const kept = 50 * 60 * 1000;
const missed = ["notify.note", "booking.changed", "messaging.said"];
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
let stream, last, away;

function open() {
  if (stream || document.hidden) return;
  stream = new EventSource(`${source.dataset.live}?after=${last}`);
  stream.onopen = () => {
    if (away && Date.now() - away > kept) missed.forEach((kind) => heard({ kind }));
    away = 0;
  };
  stream.onmessage = (event) => {
    last = event.lastEventId;
    heard(JSON.parse(event.data));
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

function heard({ kind, id }) {
  if (kind.startsWith("notify.")) count();
  tell("heard", { kind, id });
  const told = document.querySelector(`[data-live-toast="${CSS.escape(kind)}"]`);
  if (!told || document.querySelector("[data-toast-link]:not([hidden])")) return;
  const { liveWords: words, liveShow: link } = told.dataset;
  tell("toast", { words, link, href: location.pathname + location.search });
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
  setTimeout(open, 1000); // nothing for who passes through
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => { if (event.persisted) open(); });
}
