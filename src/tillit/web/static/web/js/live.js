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
    if (away && Date.now() - away > kept) for (const kind of ["notify.note", "booking.changed", "messaging.said"]) heard(kind);
    away = 0;
  };
  stream.onmessage = (event) => {
    last = event.lastEventId;
    const { kind, id } = JSON.parse(event.data);
    heard(kind, id);
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

function heard(kind, id) {
  if (kind.startsWith("notify.")) count();
  again(kind.split(".")[0], id);
  const told = document.querySelector(`[data-live-toast="${CSS.escape(kind)}"]`);
  if (!told || document.querySelector("[data-toast-link]:not([hidden])")) return;
  const { liveWords: words, liveShow: link } = told.dataset;
  document.dispatchEvent(new CustomEvent("toast", { detail: { words, link, href: location.pathname + location.search } }));
}

// Parts of the page that are drawn anew as they are now: data-live-part names the app, data-live-id the one thing that
// the part shows. Whoever had read to the end is taken to the new end.
let drawing = false, more = false;
async function again(app, id) {
  const parts = [...document.querySelectorAll(`[data-live-part="${CSS.escape(app)}"]`)];
  if (!parts.some(({ dataset }) => !id || !dataset.liveId || dataset.liveId === id)) return;
  if (drawing) return (more = true);
  drawing = true;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (answer?.ok && !answer.redirected) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const low = innerHeight + scrollY >= document.body.scrollHeight - 320;
    for (const part of parts) {
      const fresh = page.getElementById(part.id);
      if (fresh && !fresh.isEqualNode(part)) part.replaceChildren(...document.importNode(fresh, true).childNodes);
    }
    const end = document.querySelector(".msgs > :last-child");
    if (low && end) end.scrollIntoView({ block: "nearest" });
  }
  drawing = false;
  if (more) {
    more = false;
    again(app);
  }
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
