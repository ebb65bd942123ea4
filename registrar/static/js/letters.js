// In the letter editor: puts placeholders where one writes, shows warnings and the mail while one types, guards the words.
const form = document.getElementById("letter");
const findings = document.getElementById("findings");
const look = form.querySelector("[data-look]");
const fields = [...form.querySelectorAll(".sheet input, .sheet textarea")];
const choices = [...form.querySelectorAll(".look :is(input, select)")];
let current = fields[1];
let waiting;
let asked = 0;
let isChanged = false;

for (const field of fields) field.addEventListener("focus", () => { current = field; });

for (const code of form.querySelectorAll("[data-insert]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = code.textContent;
  button.addEventListener("click", () => {
    current.focus();
    current.setRangeText(code.textContent, current.selectionStart, current.selectionEnd, "end");
    current.dispatchEvent(new Event("input", { bubbles: true }));
  });
  code.replaceWith(button);
}
form.querySelector("[data-insert-hint]").hidden = false;

async function check() {
  const mine = ++asked;
  const answer = await fetch(findings.dataset.check, { method: "POST", body: new FormData(form) }).catch(() => null);
  if (answer?.ok && !answer.redirected && mine === asked) findings.innerHTML = await answer.text();
}

// A new frame each time: one that is navigated again would fill the browser's "back" with every pause in typing.
function show() {
  const frame = document.querySelector("iframe[name=preview]");
  const fresh = frame.cloneNode();
  fresh.removeAttribute("src");
  frame.replaceWith(fresh);
  form.requestSubmit(look);
}

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(() => { check(); show(); }, 800);
}

for (const field of fields) field.addEventListener("input", () => { isChanged = true; later(); });
for (const choice of choices) {
  choice.addEventListener("change", later);
  choice.addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); show(); }
  });
}
form.addEventListener("submit", (event) => { if (event.submitter !== look) isChanged = false; });
addEventListener("beforeunload", (event) => { if (isChanged) event.preventDefault(); });
if (!document.querySelector("iframe[name=preview]").hasAttribute("src")) show();
