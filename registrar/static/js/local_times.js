// Adds the visitor's own time to <time data-local> (shown in the host's zone) when it differs there; words from data-pattern.
const page = document.documentElement.lang;
const lang = page === "en" || !page ? "en-GB" : page;
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const day = { weekday: "long", day: "numeric", month: "long" };
const clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const write = (moment, timeZone, shape) => new Intl.DateTimeFormat(lang, { ...shape, timeZone }).format(moment);

for (const time of document.querySelectorAll("time[data-local]")) {
  const moment = new Date(time.dateTime);
  const same = (shape) => write(moment, own, shape) === write(moment, time.dataset.local, shape);
  if (!own || same({ ...day, ...clock })) continue;
  const note = document.createElement("span");
  note.className = "host";
  note.textContent = time.dataset.pattern.replace("{time}", write(moment, own, same(day) ? clock : { ...day, ...clock }));
  time.parentElement.append(note);
}
