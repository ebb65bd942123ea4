// Which questions are asked, by the rules of registrar/calls/conditions.py; a test lets both decide the same cases.
const { WHITE, isBlank } = await import(new URL(document.getElementById("filling")?.dataset.fields ?? "./fields.js", import.meta.url));
const gaps = new RegExp(`[${WHITE}'’]`, "g");
const thousands = /^[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?$/;
const DECIMALS = 40;

// Return a number as a whole number of its smallest decimals, so that comparing is exact; null for what is none.
export function numberOf(value) {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const typed = String(value).replace(gaps, "");
  const text = typed.replaceAll(",", thousands.test(typed) ? "" : ".");
  const found = /^([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))$/.exec(text);
  if (!found || text.length > DECIMALS) return null;
  const [, sign, whole = "0", after, alone] = found;
  const size = BigInt(whole + (after ?? alone ?? "").padEnd(DECIMALS, "0"));
  return sign === "-" ? -size : size;
}

const written = (value) => {
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? null : String(value);
};

export function holds({ operator, value: wanted = "" }, value) {
  if (isBlank(value)) return operator === "is_not";
  if (operator === "is") return written(value) === wanted;
  if (operator === "is_not") return written(value) !== wanted;
  if (operator === "includes") return Array.isArray(value) && value.includes(wanted);
  if (operator === "answered") return true;
  const number = numberOf(value), bound = numberOf(wanted);
  if (number === null || bound === null) return false;
  return operator === "at_least" ? number >= bound : number <= bound;
}

// Return the keys of the questions that are asked; an answer to one that is not counts for nothing.
export function asked(questions, values) {
  const found = new Map();
  for (const { key, conditions = [] } of questions) {
    if (conditions.every((condition) => holds(condition, found.get(condition.question)))) found.set(key, values[key] ?? null);
  }
  return new Set(found.keys());
}
