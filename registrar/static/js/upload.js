// Uploads files from an [data-upload] part one after the other, with progress and cancel, by choosing or dropping them;
// shows what is wrong at the file, and lets "Remove" and "Put back" change the list of files without leaving the page.
const json = { Accept: "application/json" };

for (const part of document.querySelectorAll("[data-upload]:not(.zone)")) {
  const words = JSON.parse(part.dataset.says);
  const field = part.querySelector("[type=file]");
  const form = part.closest("form");
  const queue = [];
  let isBusy = false;

  const say = (pattern, values = {}) => pattern.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (tag, className = "", text = "") => Object.assign(document.createElement(tag), { className, textContent: text });
  const token = () => form.querySelector("[name=csrf_token]").value;
  const files = () => document.getElementById(`files-${part.dataset.questionKey}`);

  const news = make("p", "hidden");
  news.setAttribute("role", "status");
  const rows = make("ul");
  part.append(rows, news);
  part.classList.add("zone");
  part.querySelector("button").remove();
  field.after(make("span", "soft drop", words.drop));

  function show(html) { files().outerHTML = html; }

  function add(file) {
    const row = make("li");
    const stop = make("button", "plain small", words.cancel);
    const state = make("span", "soft small", words.waiting);
    const bar = make("progress");
    Object.assign(bar, { max: 100, value: 0 });
    bar.setAttribute("aria-label", file.name);
    stop.type = "button";
    stop.append(make("span", "hidden", ` ${file.name}`));
    row.append(make("span", "name", file.name), stop, bar, state);
    rows.append(row);
    const item = { file, row, bar, state, stop, request: null };
    stop.addEventListener("click", () => {
      item.isOver = true;
      item.request?.abort();
      row.remove();
      field.focus();
    });
    if (file.size > Number(part.dataset.largest)) fail(item, [words.large]);
    else queue.push(item);
  }

  function fail(item, messages) {
    const error = make("p", "error", messages.join(" "));
    error.setAttribute("role", "alert");
    item.isOver = true;
    item.bar.remove();
    item.state.remove();
    item.stop.firstChild.textContent = words.close;
    item.row.append(error);
  }

  function end(item) {
    const answer = item.request.response;
    if (answer?.html) show(answer.html);
    if (!answer) return fail(item, [words.again]);
    if (answer.errors.length) return fail(item, answer.errors);
    item.row.remove();
    news.textContent = say(words.done, { name: item.file.name });
  }

  function send(item) {
    return new Promise((done) => {
      const request = item.request = new XMLHttpRequest();
      const body = new FormData();
      body.append("csrf_token", token());
      body.append(field.name, item.file);
      request.open("POST", part.dataset.upload);
      request.setRequestHeader("Accept", json.Accept);
      request.responseType = "json";
      request.upload.addEventListener("progress", (event) => {
        const percent = Math.round((100 * event.loaded) / event.total);
        item.bar.value = percent;
        item.state.textContent = percent < 100 ? say(words.sending, { percent }) : words.checking;
      });
      request.addEventListener("load", () => end(item));
      request.addEventListener("error", () => fail(item, [words.offline]));
      request.addEventListener("loadend", done);
      request.send(body);
    });
  }

  async function work() {
    if (isBusy) return;
    isBusy = true;
    for (let item; (item = queue.shift()); ) if (!item.isOver) await send(item);
    isBusy = false;
  }

  function take(list) {
    for (const file of list) add(file);
    work();
  }

  field.addEventListener("change", (event) => {
    event.stopPropagation();
    take([...field.files]);
    field.value = "";
  });
  for (const kind of ["dragover", "dragleave", "drop"]) {
    part.addEventListener(kind, (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      part.classList.toggle("over", kind === "dragover");
      if (kind === "drop") take([...event.dataTransfer.files]);
    });
  }

  part.parentElement.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-change]");
    if (!button || !files().contains(button)) return;
    event.preventDefault();
    const body = new URLSearchParams({ csrf_token: token() });
    const answer = await fetch(button.formAction, { method: "POST", body, headers: json }).catch(() => null);
    const found = answer?.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    if (found) show(found.html);
    news.textContent = found ? [words.changed, ...found.errors].join(" ") : words.offline;
    field.focus();
  });
}
