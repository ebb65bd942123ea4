// What others do meanwhile: asks every few seconds which answers have changed and who is there, and says that we are
// (to save an answer says so too).
const EVERY = 5000;
const ALIVE = 15000;
const known = new Map();
let tag = "";

export function start({ setup, server, here, receive, tick }) {
  const watched = new Set(setup.rules.questions.flatMap(({ conditions = [] }) => conditions.map(({ question }) => question)));
  const isMine = (key) => here.has(key) || watched.has(key);
  const versionOf = (key) => here.get(key)?.version ?? known.get(key) ?? setup.rules.versions[key] ?? 0;

  async function ask(of = []) {
    const query = of.length ? `?${new URLSearchParams(of.map((key) => ["of", key]))}` : "";
    const headers = { "Accept": "application/json", ...(tag && !of.length ? { "If-None-Match": tag } : {}) };
    const answer = await fetch(setup.changes + query, { headers, redirect: "manual", cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return null;
    if (!of.length) tag = answer.headers.get("ETag") ?? "";
    return answer.json();
  }

  async function look() {
    const found = await ask();
    if (!found) return;
    show(found.present);
    const changed = Object.keys(found.versions).filter((key) => isMine(key) && found.versions[key] > versionOf(key));
    if (!changed.length) return;
    tag = "";
    for (const [key, answer] of Object.entries((await ask(changed))?.answers ?? {})) {
      known.set(key, answer.version);
      receive(key, answer);
    }
  }

  function show(present) {
    const beside = present.filter(({ section }) => section === setup.section).map(({ name }) => name);
    const line = document.getElementById("present");
    const text = beside.length ? setup.words.here.replace("{names}", list(beside)) : "";
    if (line.textContent !== text) line.textContent = text;
    line.hidden = !text;
    for (const step of document.querySelectorAll("[data-step]")) {
      const names = present.filter(({ section }) => section === step.dataset.step).map(({ name }) => name);
      step.querySelector("[data-here]").textContent = names.length ? ` ${list(names)}` : "";
    }
  }

  const list = (names) => new Intl.ListFormat(document.documentElement.lang || "en").format(names);

  function live(section) {
    const headers = { "Accept": "application/json", "Content-Type": "application/json", "X-CSRFToken": server.csrf };
    const options = { method: "POST", headers, body: JSON.stringify({ section }), redirect: "manual", keepalive: true };
    return fetch(setup.presence, options).catch(() => null);
  }

  async function turn() {
    if (!document.hidden && navigator.onLine) {
      if (Date.now() - server.heardAt > ALIVE) { server.heardAt = Date.now(); await live(setup.section); }
      await look();
      await tick();
    }
    setTimeout(turn, EVERY);
  }

  addEventListener("pagehide", () => live(null));
  addEventListener("pageshow", (event) => { if (event.persisted) server.heardAt = 0; });
  turn();
}
