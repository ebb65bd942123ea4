// On the page of a review: saves it as it is written, keeps in the browser what the server does not have yet, adds up the
// total, and lets the keyboard move and score for those who want it.
const place = document.getElementById("room");
const setup = JSON.parse(place.textContent);
const { Keeping, send } = await import(new URL(place.dataset.keeping, location.href));
const form = document.getElementById("review");
const words = setup.words;
const TEXTS = ["comment", "feedback", "private_note"];
const ENTRY = "review";
const PAUSE = 600;
const WAITS = [1000, 2000, 4000, 8000, 15000, 30000];
const keeping = new Keeping(setup);
const criteria = [...document.querySelectorAll("[data-criterion]")];
const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

// What is typed as one flat list of parts, so that two windows can be compared part by part.
const parts = {
  read() {
    const found = Object.fromEntries(TEXTS.map((name) => [name, form.elements[name].value.replaceAll("\r\n", "\n").normalize("NFC").trim()]));
    for (const each of criteria) {
      const value = each.querySelector("input:checked")?.value;
      found[each.dataset.criterion] = value ? Number(value) : null;
    }
    return found;
  },
  write(name, value) {
    if (TEXTS.includes(name)) form.elements[name].value = value;
    else for (const input of form.querySelectorAll(`[name="score-${name}"]`)) input.checked = input.value === String(value ?? "");
  },
  flat: ({ scores, ...texts }) => ({ ...texts, ...scores }),
  nested(flat) {
    const scores = Object.fromEntries(criteria.map(({ dataset }) => [dataset.criterion, flat[dataset.criterion] ?? null]));
    return { scores, ...Object.fromEntries(TEXTS.map((name) => [name, flat[name]])) };
  },
};

class Writing {
  constructor() {
    [this.line, this.busyLine] = document.getElementById("saving").children;
    this.base = parts.flat(setup.value);
    this.version = setup.version;
    this.server = { save: setup.save, csrf: form.elements.csrf_token.value };
    this.failures = 0;
  }

  get changed() {
    const now = parts.read();
    return Object.keys(now).filter((name) => !same(now[name], this.base[name]));
  }

  // Put back what an earlier page kept and the server never got.
  adopt() {
    for (const entry of keeping.all().filter(({ question }) => question === ENTRY)) {
      if (entry.tab !== keeping.tab) keeping.drop(entry);
      for (const [name, value] of Object.entries(entry.value)) if (!same(value, entry.base[name])) parts.write(name, value);
    }
    this.keep();
    if (this.changed.length) this.typed();
  }

  keep() {
    if (this.changed.length) keeping.put(ENTRY, { value: parts.read(), base: this.base });
    else keeping.drop({ question: ENTRY });
  }

  typed() {
    this.keep();
    if (!this.failures && !this.stopped) this.say("");
    if (!setup.autosaves) return this.say(this.changed.length ? words.unsent : "");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  async save() {
    clearTimeout(this.timer);
    if (this.busy || this.stopped || this.panel || !setup.autosaves || !this.changed.length) return;
    this.busy = true;
    const sent = parts.read();
    this.say("");
    this.busyLine.textContent = words.saving;
    const { status, told } = await send(this.server, ENTRY, parts.nested(sent), this.version);
    this.busy = false;
    this.busyLine.textContent = "";
    this.take(status, told, sent);
  }

  take(status, told, sent) {
    if (status === 200) return this.agree(told, sent);
    if (status === 409) return this.merge(told);
    if (status === 422) return this.say(told.message);
    this.stopped = [403, 404].includes(status);
    if (this.stopped) keeping.drop({ question: ENTRY });
    this.say({ 400: words.reload, 401: words.ended, 403: words.gone, 404: words.gone }[status] ?? (navigator.onLine ? words.unreachable : words.offline), true);
    if (!this.stopped) this.timer = setTimeout(() => this.save(), WAITS[Math.min(this.failures++, WAITS.length - 1)]);
  }

  agree(told, stored) {
    this.failures = 0;
    this.version = told.version;
    form.elements.version.value = told.version;
    this.base = stored;
    this.keep();
    this.say(this.changed.length ? "" : words.saved.replace("{time}", told.at));
    if (this.changed.length) this.typed();
  }

  // Another window saved: parts that only one side changed go together; where both did, somebody chooses.
  merge(told) {
    const theirs = parts.flat(told.value), mine = parts.read();
    const both = this.changed.filter((name) => !same(theirs[name], this.base[name]) && !same(theirs[name], mine[name]));
    for (const name of Object.keys(mine)) if (same(mine[name], this.base[name])) parts.write(name, theirs[name]);
    this.agree(told, theirs);
    add();
    if (both.length) this.choose(both, theirs);
  }

  choose(names, theirs) {
    clearTimeout(this.timer);
    this.panel = document.createElement("div");
    this.panel.className = "aside flow";
    this.panel.setAttribute("role", "alert");
    this.panel.append(Object.assign(document.createElement("p"), { textContent: words.clash }));
    const row = Object.assign(document.createElement("p"), { className: "row" });
    for (const choice of ["mine", "theirs"]) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "button second", textContent: words[choice] });
      button.addEventListener("click", () => this.chosen(choice, names, theirs));
      row.append(button);
    }
    this.panel.append(row);
    document.getElementById("saving").before(this.panel);
  }

  chosen(choice, names, theirs) {
    if (choice === "theirs") for (const name of names) parts.write(name, theirs[name]);
    this.panel.remove();
    this.panel = null;
    add();
    this.typed();
    form.elements.comment.focus();
  }

  say(text, isTrouble = false) {
    if (this.line.textContent !== text) this.line.textContent = text;
    document.getElementById("saving").classList.toggle("troubled", isTrouble);
  }

  // Wait until all is saved or the server is silent.
  async settled() {
    for (let turn = 0; turn < 20 && setup.autosaves && this.changed.length && !this.failures && !this.panel; turn++) {
      this.save();
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }
}

// The weighted mean over the required criteria that have a level: as registrar/reviews/rules.py has it.
function add() {
  let weights = 0, sum = 0;
  for (const each of criteria.filter(({ dataset }) => "required" in dataset)) {
    const value = each.querySelector("input:checked")?.value;
    if (!value) continue;
    weights += Number(each.dataset.weight);
    sum += Number(each.dataset.weight) * Number(value);
  }
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  document.getElementById("total").textContent = weights ? (sum / weights).toLocaleString(setup.locale, digits) : "–";
}

const help = document.getElementById("keys");
const writing = form ? new Writing() : null;

async function go(rel) {
  const way = document.querySelector(`.way a[rel=${rel}]`);
  if (!way) return;
  await writing?.settled();
  location.assign(way.href);
}

function level(number) {
  const focused = document.activeElement?.closest("[data-criterion]");
  const open = criteria.find((each) => !each.querySelector("input:checked")?.value);
  const radio = (focused ?? open ?? criteria[0])?.querySelector(`input[value="${number}"]`);
  if (!radio) return;
  radio.checked = true;
  radio.focus();
  radio.dispatchEvent(new Event("input", { bubbles: true }));
}

function declare() {
  const details = document.getElementById("conflict");
  details.open = true;
  details.querySelector("textarea").focus();
}

const KEYS = {
  j: () => go("next"),
  k: () => go("prev"),
  c: () => form?.elements.comment.focus(),
  x: declare,
  s: () => form?.requestSubmit(document.getElementById("submit-next")),
  "?": () => help.showModal(),
};
for (const number of [1, 2, 3, 4, 5]) KEYS[number] = () => level(number);

// A save that is under way comes first: what is submitted builds on it. Nothing is submitted twice.
let leaving = false;
async function submit(event) {
  if (leaving) return event.preventDefault();
  clearTimeout(writing.timer);
  if (!writing.busy) {
    leaving = writing.stopped = true;
    return;
  }
  event.preventDefault();
  while (writing.busy) await new Promise((wake) => setTimeout(wake, 50));
  if (!writing.panel) form.requestSubmit(event.submitter);
}

const isTyping = ({ target }) =>
  target.isContentEditable || target.matches("textarea, select, input:not([type=radio], [type=checkbox])");

function press(event) {
  const act = KEYS[event.key];
  if (!act || help.open || event.ctrlKey || event.altKey || event.metaKey || event.isComposing || isTyping(event)) return;
  event.preventDefault();
  act();
}

if (form) {
  writing.adopt();
  add();
  form.addEventListener("input", () => { add(); writing.typed(); });
  form.addEventListener("submit", submit);
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  for (const moment of ["online", "focus"]) addEventListener(moment, () => writing.save());
  addEventListener("offline", () => writing.say(words.offline, true));
  addEventListener("pagehide", () => { writing.busy = false; writing.save(); });
  addEventListener("visibilitychange", () => { if (document.hidden) writing.save(); });
}
for (const button of document.querySelectorAll("[data-help]")) {
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
}
// A declared conflict takes what is kept here with it.
document.querySelector("#conflict form").addEventListener("submit", () => {
  if (writing) writing.stopped = true;
  keeping.drop({ question: ENTRY });
});
if (setup.shortcuts) addEventListener("keydown", press);
document.body.dataset.ready = "";
