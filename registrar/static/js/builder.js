// In the form builder: conditions work in the preview, a question is shown as it is typed, questions are dragged.
const pause = 350;
let isChanged = false;

async function answerTo(form, more = {}) {
  const body = new FormData(form);
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  const answer = await fetch(form.action || location.href, { method: "POST", body }).catch(() => null);
  return answer?.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
}

function afterTyping(form, act) {
  let waiting;
  let asked = 0;
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const mine = ++asked;
      await act(() => mine === asked);
    }, pause);
  });
}

for (const form of document.querySelectorAll("form[data-preview]")) {
  form.querySelector("button").hidden = true;
  afterTyping(form, async (isNewest) => {
    const page = await answerTo(form);
    if (!page || !isNewest()) return;
    for (const part of page.querySelectorAll("[data-ask]")) {
      form.querySelector(`[data-ask="${part.dataset.ask}"]`).hidden = part.hidden;
    }
  });
}

for (const form of document.querySelectorAll("form[data-look]")) {
  for (const part of document.querySelectorAll(".no-script")) part.hidden = true;
  afterTyping(form, async (isNewest) => {
    const page = await answerTo(form, { do: "look" });
    if (page && isNewest()) document.getElementById("look").replaceChildren(...page.getElementById("look").childNodes);
  });
  let edits = 0;
  form.addEventListener("input", () => { isChanged = true; edits += 1; });
  form.addEventListener("submit", () => { isChanged = false; });
  // Shows what can be chosen now; what was chosen while the answer was on its way is asked again, never overwritten.
  async function redraw() {
    const known = edits;
    const page = await answerTo(form, { do: "look" });
    if (!page) return;
    if (known !== edits) { await redraw(); return; }
    const held = document.activeElement?.id;
    form.querySelector("[data-redraw]").replaceWith(page.querySelector("[data-redraw]"));
    for (const part of form.querySelectorAll(".no-script")) part.hidden = true;
    if (held) document.getElementById(held)?.focus();
  }
  form.addEventListener("change", (event) => { if (event.target.matches("[data-redraws]")) redraw(); });
  addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
}

const drop = document.querySelector("form[data-drop]");
let dragged = null;

function unmark() {
  for (const each of document.querySelectorAll(".here, .below")) each.classList.remove("here", "below");
}

// The place that the pointer shows: before or after a question, or into a section without one.
function aim(event) {
  const list = event.target.closest?.(".asks");
  if (!dragged || !list) return null;
  const row = event.target.closest(".ask") ?? list.lastElementChild;
  const box = row.getBoundingClientRect();
  const isAfter = event.clientY > box.top + box.height / 2;
  const others = [...list.querySelectorAll("[data-key]")].filter((each) => each !== dragged);
  const next = others.findIndex((each) => (isAfter ? each === row : false)) + 1;
  const at = isAfter ? (next || others.length) : Math.max(others.indexOf(row), 0);
  return { list, row, isAfter, at };
}

if (drop) {
  for (const row of document.querySelectorAll(".ask[data-key]")) {
    const grip = document.createElement("span");
    grip.className = "grip";
    grip.draggable = true;
    grip.ariaHidden = "true";
    grip.textContent = "⠿";
    grip.addEventListener("dragstart", (event) => {
      dragged = row;
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", row.dataset.key);
      event.dataTransfer.setDragImage(row, 10, 10);
      row.classList.add("held");
    });
    grip.addEventListener("dragend", () => { row.classList.remove("held"); unmark(); dragged = null; });
    row.prepend(grip);
    row.addEventListener("keydown", (event) => {
      const step = { ArrowUp: "up", ArrowDown: "down" }[event.key];
      if (!step || !event.altKey || event.target.matches("select")) return;
      event.preventDefault();
      row.querySelector(`button[value="${step}"]`).click();
    });
  }
  document.addEventListener("dragover", (event) => {
    const place = aim(event);
    if (!place) return;
    event.preventDefault();
    unmark();
    place.row.classList.add(place.isAfter ? "below" : "here");
  });
  document.addEventListener("drop", (event) => {
    const place = aim(event);
    if (!place) return;
    event.preventDefault();
    if (place.row === dragged) return;
    drop.action = drop.dataset.action.replace("KEY", dragged.dataset.key);
    drop.elements.section.value = place.list.closest("[data-section]").dataset.section;
    drop.elements.at.value = place.at;
    drop.submit();
  });
}
