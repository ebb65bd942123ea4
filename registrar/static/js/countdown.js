// Keeps [data-countdown="<ISO moment>"] counting down in the language of the page; the server's words stay when it is past.
const lang = document.documentElement.lang || "en";
const list = new Intl.ListFormat(lang, { type: "unit", style: "long" });
const words = (n, unit) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "long" }).format(n);

function left(ms) {
  const minutes = Math.ceil(ms / 60000);
  const parts = [["day", Math.floor(minutes / 1440)], ["hour", Math.floor(minutes / 60) % 24], ["minute", minutes % 60]];
  return list.format(parts.filter(([, n]) => n > 0).slice(0, 2).map(([unit, n]) => words(n, unit)));
}

function show(element) {
  const ms = new Date(element.dataset.countdown) - Date.now();
  if (ms > 0) element.textContent = element.dataset.pattern.replace("{time}", left(ms));
}

const all = document.querySelectorAll("[data-countdown]");
const tick = () => all.forEach(show);
if (all.length) { tick(); setInterval(tick, 15000); }
