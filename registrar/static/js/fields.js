// The fields of a form's questions: their values as the server stores them (registrar/calls/values.py), read and written.
export const WHITE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const ends = new RegExp(`^[${WHITE}]+|[${WHITE}]+$`, "g");
const now = { text: (input) => input.value, on: (input) => input.checked };
const first = { text: firstText, on: (input) => input.defaultChecked };

export const trim = (text) => text.replace(ends, "");
export const parts = (group) => [...group.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((input) => input.name);

function firstText(input) {
  if (input.tagName === "SELECT") return [...input.options].find((option) => option.defaultSelected)?.value ?? "";
  return input.defaultValue;
}

const tidy = (text) => trim(text.replaceAll("\r\n", "\n").normalize("NFC"));
const some = (list) => (list.length ? list : null);

export function isBlank(value) {
  if (typeof value === "string") return !trim(value);
  if (Array.isArray(value)) return value.every(isBlank);
  if (value && typeof value === "object") return Object.values(value).every(isBlank);
  return value === null || value === undefined;
}

// Write a value so that two that are the same are the same text, whatever the order of their names.
export function canonical(value) {
  return JSON.stringify(value ?? null, (_, part) =>
    part && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part);
}

export const read = (group) => valueOf(group, now);
export const readFirst = (group) => valueOf(group, first);

function valueOf(group, how) {
  const inputs = parts(group);
  const chosen = () => inputs.filter(how.on).map((input) => input.value);
  switch (group.dataset.type) {
    case "multiple_choice": return some(chosen());
    case "single_choice": return chosen()[0] ?? null;
    case "yes_no": return { yes: true, no: false }[chosen()[0]] ?? null;
    case "team": return some(people(group, how).filter((person) => !isBlank(person)));
    case "file": return null;
    default: return tidy(how.text(inputs[0])) || null;
  }
}

const rows = (group) => [...group.querySelectorAll(".person")];
const inRow = (row, how) => Object.fromEntries(
  [...row.querySelectorAll("input")].map((input) => [input.name.split("-").pop(), tidy(how.text(input))]));
const people = (group, how) => rows(group).map((row) => inRow(row, how));

// Add an empty row for a person, with the names and labels of the next number.
export function addRow(group) {
  const all = rows(group), last = all.at(-1), number = all.length;
  const row = last.cloneNode(true);
  for (const input of row.querySelectorAll("input")) {
    input.name = input.id = input.id.replace(/-\d+-(\w+)$/, `-${number}-$1`);
    input.value = "";
    input.defaultValue = "";
  }
  for (const label of row.querySelectorAll("label")) {
    label.htmlFor = label.htmlFor.replace(/-\d+-(\w+)$/, `-${number}-$1`);
    label.querySelector(".hidden").textContent = ` ${number + 1}`;
  }
  last.after(row);
  return row;
}

export function write(group, value) {
  const inputs = parts(group);
  switch (group.dataset.type) {
    case "multiple_choice": for (const input of inputs) input.checked = (value ?? []).includes(input.value); break;
    case "single_choice": for (const input of inputs) input.checked = input.value === value; break;
    case "yes_no": for (const input of inputs) input.checked = input.value === { true: "yes", false: "no" }[value]; break;
    case "team": writePeople(group, value ?? []); break;
    case "file": break;
    default: writeText(inputs[0], value ?? "");
  }
}

function writePeople(group, list) {
  while (rows(group).length < list.length) addRow(group);
  rows(group).forEach((row, number) => {
    for (const input of row.querySelectorAll("input")) input.value = list[number]?.[input.name.split("-").pop()] ?? "";
  });
}

// Somebody may have the cursor in it: leave it where it was.
function writeText(input, text) {
  const at = input === document.activeElement && "selectionStart" in input ? input.selectionStart : null;
  input.value = text;
  if (at !== null) input.setSelectionRange(Math.min(at, text.length), Math.min(at, text.length));
}
