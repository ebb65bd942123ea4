// On the page of a section: saves each answer as it is typed, keeps in the browser what the server does not have yet,
// shows two texts side by side where two people wrote, and asks only what the answers so far lead to.
const place = document.getElementById("filling");
const setup = JSON.parse(place.textContent);
const module = (name) => import(new URL(place.dataset[name], location.href));
const [fields, keepings, conditions, together] =
  await Promise.all(["fields", "keeping", "conditions", "together"].map(module));
const { canonical, read, write } = fields;
const words = setup.words;
const form = document.querySelector("form[data-filling]");
const server = { save: setup.save, csrf: form.elements.csrf_token.value, heardAt: 0 };
const keeping = new keepings.Keeping(setup);
const line = document.getElementById("saving");
const wayBack = line.querySelector("a");
const PAUSE = 500;
const LONGEST = 900;
const WAITS = [1000, 2000, 4000, 8000, 15000, 30000];
let failures = 0, again = null, stopped = false, savedAt = "", trouble = null;

// A question of the page, with a line below it for what there is to say about its answer.
class Asked {
  constructor(group) {
    this.group = group;
    this.key = group.dataset.question;
    this.version = Number(group.dataset.version);
    this.notes = document.createElement("div");
    this.notes.className = "note small";
    this.notes.setAttribute("role", "status");
    group.append(this.notes);
  }

  note(text) { if (this.notes.textContent !== text) this.notes.textContent = text; }

  tellWho({ own, by, at }) {
    this.note((own ? words.own : words.changed).replace("{name}", by ?? words.somebody).replace("{time}", at));
  }
}

class Field extends Asked {
  constructor(group) {
    super(group);
    this.base = canonical(fields.readFirst(group));
    this.sent = [];
    this.marker = group.querySelector(`input[name="a-${this.key}-asked"]`);
    const panel = group.querySelector("[data-clash]");
    if (panel) this.choose(panel);
  }

  get value() { return read(this.group); }
  get isChanged() { return canonical(this.value) !== this.base; }
  get isOnItsWay() { return this.isChanged && !this.panel && Boolean(this.busy || this.since); }

  // Send when the typing pauses, and every second while it does not.
  typed() {
    this.note("");
    this.keep();
    this.since ??= Date.now();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), Math.min(PAUSE, Math.max(0, this.since + LONGEST - Date.now())));
  }

  keep() {
    if (this.isChanged) keeping.put(this.key, { value: this.value, version: this.version, sent: this.sent });
    else keeping.drop({ question: this.key });
  }

  async send() {
    clearTimeout(this.timer);
    this.since = null;
    if (this.busy || this.panel || stopped || !this.isChanged) return;
    const value = this.value, text = canonical(value);
    this.busy = true;
    this.sent = [...this.sent.slice(-40), keepings.mark(text)];
    this.keep();
    say();
    const { status, told } = await keepings.send(server, this.key, value, this.version);
    this.busy = false;
    if (status === 200) server.heardAt = Date.now();
    this.take(status, told, text);
    say();
  }

  take(status, told, text) {
    if (status === 200) return this.agree(told, text);
    if (status === 409) {
      const theirs = canonical(told.value);
      // Ours after all: an earlier save arrived whose answer did not come back.
      if (theirs === canonical(this.value) || this.sent.includes(keepings.mark(theirs))) return this.agree({ ...told, by: null }, theirs);
      return this.show(told);
    }
    if (status === 422) return this.refuse(told.message);
    return fail(status, told);
  }

  // Both sides have the same text at this version; whatever was typed since goes next.
  agree(told, text) {
    recovered(told);
    this.stand(told.version, text);
    if (this.isChanged) this.typed();
  }

  stand(version, text) {
    this.version = version;
    this.marker.value = version;
    this.base = text;
    this.sent = [];
    this.keep();
  }

  refuse(message) {
    recovered({});
    this.note(message);
  }

  show(told) {
    recovered({});
    this.panel?.remove();
    this.group.insertAdjacentHTML("afterbegin", told.html);
    this.choose(this.group.querySelector("[data-clash]"));
    this.note(words.choose.replace("{name}", told.by));
  }

  // Wait for a decision between two texts; nothing of this answer is sent until then.
  choose(panel) {
    this.panel = panel;
    this.keep();
    panel.addEventListener("click", (event) => {
      const choice = event.target.closest("button")?.value;
      if (!choice) return;
      event.preventDefault();
      const theirs = JSON.parse(panel.dataset.theirs);
      if (choice !== "mine") write(this.group, choice === "both" ? this.merged(theirs, panel) : theirs);
      this.panel = null;
      panel.remove();
      this.agree({ version: Number(panel.dataset.version) }, canonical(theirs));
      fields.parts(this.group)[0].focus();
      refresh();
    });
  }

  // What was typed since the panel appeared belongs to "both" as well.
  merged(theirs, panel) {
    const mine = this.value, both = JSON.parse(panel.dataset.both);
    if (Array.isArray(both)) return [...theirs, ...(mine ?? []).filter((each) => !theirs.some((one) => canonical(one) === canonical(each)))];
    const glue = this.group.dataset.type === "long_text" ? "\n\n" : " / ";
    return theirs + glue + mine;
  }

  // Somebody else has changed an answer that nobody here is changing.
  receive(answer) {
    if (this.busy || this.panel || this.isChanged || answer.version <= this.version) return;
    write(this.group, answer.value);
    this.stand(answer.version, canonical(this.value));
    this.tellWho(answer);
  }
}

// The files of a question: upload.js changes their list, and so do others.
class Files extends Asked {
  receive(answer) {
    this.version = answer.version;
    const list = this.group.querySelector(".files"), fresh = document.createElement("div");
    fresh.innerHTML = answer.files;
    if (fresh.textContent.trim() === list.textContent.trim()) return;
    const hadFocus = list.contains(document.activeElement);
    list.replaceWith(...fresh.childNodes);
    if (hadFocus) this.group.querySelector("[type=file]").focus();
    this.tellWho(answer);
  }
}

const byKey = (Kind, which) => [...form.querySelectorAll(which)].map((group) => [group.dataset.question, new Kind(group)]);
const all = new Map(byKey(Field, "[data-question]:not([data-type=file])"));
const here = new Map([...all, ...byKey(Files, "[data-question][data-type=file]")]);

function recovered(told) {
  failures = 0;
  trouble = null;
  if (told.at && !told.by) savedAt = told.at;
  if (told.counts) for (const time of document.querySelectorAll("[data-counts]")) time.textContent = told.counts;
}

function fail(status, told) {
  const ends = { 401: words.ended, 403: words.removed, 404: words.removed, 400: words.reload, 410: told.message };
  trouble = ends[status] ?? (navigator.onLine ? words.unreachable : words.offline);
  if (status === 410) trouble = `${told.message} ${words.kept}`;
  stopped = [403, 404, 410].includes(status);
  const wait = WAITS[Math.min(failures++, WAITS.length - 1)];
  clearTimeout(again);
  if (!stopped) again = setTimeout(sendAll, wait);
}

// Say where the text is: on the server since a time, on its way, or only here. While it is on its way, what was said
// before is out of sight and stays in place, so that the same words are not spoken again after every pause.
function say() {
  const fieldsHere = [...all.values()];
  const open = fieldsHere.some((field) => field.isChanged);
  const [spoken, busy] = line.children;
  const isOnItsWay = !trouble && fieldsHere.some((field) => field.isOnItsWay);
  busy.textContent = isOnItsWay ? words.saving : "";
  spoken.classList.toggle("hidden", isOnItsWay);
  const text = trouble ?? (open || !savedAt ? "" : words.saved.replace("{time}", savedAt));
  line.hidden = !text && !busy.textContent;
  line.classList.toggle("troubled", Boolean(trouble));
  if ((text || !busy.textContent) && spoken.textContent !== text) spoken.textContent = text;
  wayBack.hidden = trouble !== words.ended;
}

function refresh() {
  const values = { ...setup.rules.values };
  for (const field of all.values()) values[field.key] = field.value;
  const shown = conditions.asked(setup.rules.questions, values);
  for (const group of form.querySelectorAll("[data-question]")) group.hidden = !shown.has(group.dataset.question);
  for (const hint of form.querySelectorAll("[data-most-words]")) hint.dispatchEvent(new Event("recount"));
}

function sendAll() {
  for (const field of all.values()) field.send();
  return resend();
}

// Send what an earlier page kept: into its field here, or, of another section, straight to the server.
async function resend() {
  for (const entry of keeping.all()) {
    const field = all.get(entry.question);
    if (field) adopt(field, entry);
    else if (!setup.rules.questions.some(({ key }) => key === entry.question)) keeping.drop(entry);
    else await sendKept(entry);
  }
}

function adopt(field, entry) {
  if (entry.tab === keeping.tab && field.isChanged) return;
  if (canonical(entry.value) === field.base) return keeping.drop(entry);
  if (field.isChanged || field.busy || field.panel) return;
  write(field.group, entry.value);
  if (entry.version !== field.version && entry.sent.includes(keepings.mark(field.base))) entry.version = field.version;
  field.version = entry.version;
  field.sent = entry.sent;
  if (entry.tab !== keeping.tab) keeping.drop(entry);
  refresh();
  field.keep();
  field.send();
}

async function sendKept(entry) {
  const status = await keepings.deliver(keeping, server, entry, canonical);
  if (status === 409 || status === 422) trouble = words.elsewhere;
}

// Wait until all is saved, a decision is due or the server is silent; tell whether all is saved.
async function settled() {
  for (let turn = 0; turn < 40; turn++) {
    const open = [...all.values()].filter((field) => field.isChanged || field.panel);
    if (!open.length) return true;
    if (trouble || open.some((field) => field.panel)) return false;
    for (const field of open) field.send();
    await new Promise((wake) => setTimeout(wake, 100));
  }
  return false;
}

form.addEventListener("input", (event) => {
  const field = all.get(event.target.closest("[data-question]")?.dataset.question);
  if (!field) return;
  field.typed();
  refresh();
  say();
});
form.addEventListener("change", (event) => all.get(event.target.closest("[data-question]")?.dataset.question)?.send());
form.addEventListener("submit", async (event) => {
  if (event.submitter?.hasAttribute("formaction")) return;
  event.preventDefault();
  if (await settled()) return form.submit();
  const panel = form.querySelector("[data-clash]");
  say();
  (panel ?? line).scrollIntoView({ block: "center" });
  panel?.focus();
});
for (const moment of ["online", "focus"]) addEventListener(moment, () => { if (!stopped) sendAll(); });
addEventListener("offline", () => { trouble = words.offline; say(); });
addEventListener("pagehide", () => { for (const field of all.values()) { field.busy = false; field.send(); } });
addEventListener("visibilitychange", () => { if (document.hidden) for (const field of all.values()) field.send(); });

for (const button of form.querySelectorAll("[data-add-person]")) {
  button.type = "button";
  button.addEventListener("click", () => fields.addRow(button.closest("[data-question]")).querySelector("input").focus());
}
refresh();
await sendAll();
say();
together.start({ setup, server, here, receive: (key, answer) => {
  setup.rules.values[key] = answer.value;
  here.get(key)?.receive(answer);
  refresh();
}, tick: resend });
form.dataset.ready = "";
