// Counts the words of a text while it is typed, as registrar/calls/values.py counts them: "43 of 100 words".
const spaces = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

export const countWords = (text) => text.split(spaces).filter((word) => /[\p{L}\p{N}_]/u.test(word)).length;

function show(hint) {
  const count = countWords(document.getElementById(hint.id.replace(/-words$/, "")).value);
  const most = Number(hint.dataset.mostWords);
  const pattern = count > most ? hint.dataset.over : hint.dataset.pattern;
  hint.textContent = pattern.replace("{count}", count).replace("{most}", most).replace("{over}", count - most);
  hint.classList.toggle("error", count > most);
}

for (const hint of document.querySelectorAll("[data-most-words]")) {
  document.getElementById(hint.id.replace(/-words$/, "")).addEventListener("input", () => show(hint));
  hint.addEventListener("recount", () => show(hint));
  show(hint);
}
