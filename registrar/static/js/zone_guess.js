// Fills an empty [data-guess-zone] select or input with the device's time zone, when it is one of the choices.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const canonical = (name) => {
  try { return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone; } catch { return ""; }
};

for (const field of document.querySelectorAll("[data-guess-zone]")) {
  if (field.value || !zone) continue;
  if (!field.options) { field.value = zone; continue; }
  const names = [...field.options].map((option) => option.value).filter(Boolean);
  const match = names.includes(zone) ? zone : names.find((name) => canonical(name) === zone);
  if (match) field.value = match;
}
