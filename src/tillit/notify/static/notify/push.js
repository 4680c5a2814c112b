// Offers to be notified on this device, where the browser can; asks only when the button is pressed.
const part = document.querySelector("[data-push]");
const offer = part && part.querySelector("[data-push-offer]");
const refused = part && part.querySelector("[data-push-refused]");

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

async function allow() {
  try {
    const worker = await navigator.serviceWorker.register(part.dataset.worker, { scope: "/" });
    await navigator.serviceWorker.ready;
    const made = await worker.pushManager.subscribe({
      userVisibleOnly: true,
      applicationServerKey: bytes(part.dataset.push),
    });
    const answer = await fetch(part.dataset.to, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        "X-CSRFToken": part.closest("body").querySelector("[name=csrfmiddlewaretoken]").value,
      },
      body: JSON.stringify(made),
    });
    if (!answer.ok) throw new Error("refused");
    location.reload();
  } catch {
    offer.hidden = true;
    refused.hidden = false;
  }
}

if (part && "serviceWorker" in navigator && "PushManager" in window) {
  offer.hidden = false;
  offer.querySelector("button").addEventListener("click", allow);
}
