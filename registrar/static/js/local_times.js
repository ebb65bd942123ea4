// Adds the visitor's own time to <time data-local> (shown in the host's zone) when it differs there; words from data-pattern.
const lang = document.documentElement.lang || "en";
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const shape = { weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const write = (moment, timeZone) => new Intl.DateTimeFormat(lang, { ...shape, timeZone }).format(moment);

for (const time of document.querySelectorAll("time[data-local]")) {
  const moment = new Date(time.dateTime);
  if (!own || write(moment, own) === write(moment, time.dataset.local)) continue;
  const note = document.createElement("span");
  note.className = "host";
  note.textContent = time.dataset.pattern.replace("{time}", write(moment, own));
  time.parentElement.append(note);
}
