// The decision board: keys while a tick box has the focus, the count of ticks, and dragging in the waiting list.
const board = document.querySelector("[data-board]");
const form = document.getElementById("many");
const ticks = board ? [...board.querySelectorAll("input[name=chosen]")] : [];
const told = form?.querySelector("[data-ticked]");

function count() {
  told.textContent = `${told.dataset.words} ${ticks.filter((tick) => tick.checked).length}`;
}

function step(from, by) {
  const next = ticks[ticks.indexOf(from) + by];
  next?.focus();
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const button = form.querySelector(`[data-key="${event.key}"]`);
  if (event.key === "j") step(event.target, 1);
  else if (event.key === "k") step(event.target, -1);
  else if (button) {
    if (!ticks.some((tick) => tick.checked)) event.target.checked = true;
    form.requestSubmit(button);
  } else return;
  event.preventDefault();
}

function drop(dragged, before) {
  const order = document.createElement("form");
  order.method = "post";
  order.action = board.dataset.order;
  const fields = { csrf_token: form.elements.csrf_token.value, application: dragged, before };
  for (const [name, value] of Object.entries(fields)) {
    order.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(order);
  order.submit();
}

for (const tick of ticks) {
  tick.addEventListener("keydown", press);
  tick.addEventListener("change", count);
}
if (told) count();
form?.elements.all.addEventListener("change", (event) => {
  for (const tick of ticks) tick.checked = event.target.checked;
  count();
});
if (board?.dataset.order) {
  let dragged = "";
  for (const tick of ticks) {
    const row = tick.closest("tr");
    row.draggable = true;
    row.addEventListener("dragstart", () => (dragged = tick.value));
    row.addEventListener("dragover", (event) => {
      event.preventDefault();
      row.classList.add("over");
    });
    row.addEventListener("dragleave", () => row.classList.remove("over"));
    row.addEventListener("drop", (event) => {
      event.preventDefault();
      row.classList.remove("over");
      if (dragged && dragged !== tick.value) drop(dragged, tick.value);
    });
  }
}
