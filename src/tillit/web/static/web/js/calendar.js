// A booking in the week can be dragged: where it is let go leads to the page that asks whether it shall be moved. The
// same page opens from the booking itself, for the keyboard, a finger, and where no script runs.
const snap = 15; // minutes
let held, grabbed, ghost;

const wide = () => matchMedia("(min-width: 62rem)").matches;

function minuteAt(column, y) {
  const from = Number(column.closest("[data-week]").dataset.week) * 60;
  const hours = Number(getComputedStyle(column).getPropertyValue("--hours"));
  const box = column.getBoundingClientRect();
  const minute = from + ((y - grabbed - box.top) / box.height) * hours * 60;
  return Math.min(Math.max(Math.round(minute / snap) * snap, from), 24 * 60 - snap);
}

const words = (minute) => `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;

function forget() {
  ghost?.remove();
  held = ghost = undefined;
}

for (const place of document.querySelectorAll("[data-move]")) {
  place.draggable = true;
  place.querySelector("a")?.setAttribute("draggable", "false");
  place.addEventListener("dragstart", (event) => {
    if (!wide()) return event.preventDefault();
    held = place;
    grabbed = event.clientY - place.getBoundingClientRect().top;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", "");
  });
  place.addEventListener("dragend", forget);
}

for (const column of document.querySelectorAll("[data-day]")) {
  column.addEventListener("dragover", (event) => {
    if (!held) return;
    event.preventDefault();
    const minute = minuteAt(column, event.clientY);
    ghost ??= Object.assign(document.createElement("div"), { className: "week-drop" });
    if (ghost.parentElement !== column) column.append(ghost);
    ghost.className = `week-drop at h${Math.floor(minute / 60)} m${minute % 60} for dh${Math.floor(held.dataset.minutes / 60)} dm${held.dataset.minutes % 60}`;
    ghost.textContent = words(minute);
  });
  column.addEventListener("drop", (event) => {
    if (!held) return;
    event.preventDefault();
    const there = new URL(held.dataset.move, location.href);
    there.searchParams.set("day", column.dataset.day);
    there.searchParams.set("time", words(minuteAt(column, event.clientY)));
    forget();
    location.assign(there);
  });
}
