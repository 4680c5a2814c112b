// Parts of an open page are drawn anew when a change is heard of (live.js): data-live-part names the app, data-live-id
// the one thing that the part shows. Whoever had read to the end is taken to the new end.
let drawing = false, more = false;

async function draw(app, id) {
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
    draw(app);
  }
}

document.addEventListener("heard", ({ detail: { kind, id } }) => draw(kind.split(".")[0], id));
