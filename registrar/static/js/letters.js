// In the letter editor: puts placeholders where one writes, and shows warnings and the mail while one types.
const form = document.getElementById("letter");
const findings = document.getElementById("findings");
const look = form.querySelector("[data-look]");
const fields = [...form.querySelectorAll(".sheet input, .sheet textarea")];
let current = fields[1];
let waiting;
let asked = 0;

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

function later() {
  clearTimeout(waiting);
  waiting = setTimeout(() => { check(); form.requestSubmit(look); }, 700);
}

for (const field of fields) field.addEventListener("input", later);
for (const choice of form.querySelectorAll(".look :is(input, select)")) choice.addEventListener("change", later);
