// What this browser keeps of answers until the server has them, and how they are sent there.
const PREFIX = "answer:";

export class Keeping {
  constructor({ reference, person }) {
    this.prefix = `${PREFIX}${reference}:${person}:`;
    this.tab = sessionStorage.getItem("tab") ?? crypto.getRandomValues(new Uint32Array(2)).join("");
    attempt(() => sessionStorage.setItem("tab", this.tab));
  }

  #name = (question, tab = this.tab) => `${this.prefix}${question}:${tab}`;

  put(question, entry) {
    attempt(() => localStorage.setItem(this.#name(question), JSON.stringify({ ...entry, at: Date.now() })));
  }

  // Forget an entry unless the tab it belongs to has written something else into it since.
  drop({ question, tab = this.tab, text = null }) {
    const name = this.#name(question, tab);
    if (text === null || localStorage.getItem(name) === text) localStorage.removeItem(name);
  }

  // Return what this tab kept, and what others kept that are no longer busy with it.
  all() {
    return Object.keys(localStorage).filter((name) => name.startsWith(this.prefix)).map((name) => this.#entry(name))
      .filter((entry) => entry && (entry.tab === this.tab || Date.now() - entry.at > 5000));
  }

  #entry(name) {
    const [question, tab] = name.slice(this.prefix.length).split(":");
    const text = localStorage.getItem(name);
    try {
      return { ...JSON.parse(text), question, tab, text };
    } catch {
      localStorage.removeItem(name);
      return null;
    }
  }
}

// A browser may refuse to keep anything, or have no room; then the server is all there is.
function attempt(act) {
  try { act(); } catch { /* full or forbidden */ }
}

// A short mark of a text, to know again what was sent without keeping it twice.
export function mark(text) {
  let a = 0xdeadbeef, b = 0x41c6ce57;
  for (const sign of text) {
    a = Math.imul(a ^ sign.codePointAt(0), 2654435761);
    b = Math.imul(b ^ sign.codePointAt(0), 1597334677);
  }
  return (a >>> 0).toString(36) + (b >>> 0).toString(36);
}

// Send what was kept; resolve to the status, 200 also where the server has it already. What arrived is forgotten here.
export async function deliver(keeping, server, entry, canonical) {
  const { status, told } = await send(server, entry.question, entry.value, entry.version);
  const theirs = canonical(told.value);
  const isThere = status === 200 || (status === 409 && theirs === canonical(entry.value));
  if (isThere) keeping.drop(entry);
  else if (status === 409 && entry.sent.includes(mark(theirs))) return deliver(keeping, server, { ...entry, version: told.version, sent: [] }, canonical);
  return isThere ? 200 : status;
}

// Send an answer; resolve to {status, told}, status 0 where the server could not be reached. Never throws.
export async function send({ save, csrf }, question, value, version) {
  const body = JSON.stringify({ value, version });
  const headers = { "Accept": "application/json", "Content-Type": "application/json", "X-CSRFToken": csrf };
  const options = { method: "POST", headers, body, redirect: "manual", keepalive: body.length < 15000 };
  try {
    const answer = await fetch(save.replace("QUESTION", question), options);
    if (answer.type === "opaqueredirect") return { status: 401, told: {} };
    const isJson = answer.headers.get("Content-Type")?.startsWith("application/json");
    return { status: answer.status, told: isJson ? await answer.json() : {} };
  } catch {
    return { status: 0, told: {} };
  }
}
