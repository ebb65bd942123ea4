// Beside all answers: sends what this browser still keeps of them, shows them anew, and tells what could not be sent.
const place = document.getElementById("kept");
const setup = JSON.parse(place.dataset.setup);
const [keepings, { canonical }] =
  await Promise.all(["keeping", "fields"].map((name) => import(new URL(place.dataset[name], location.href))));
const keeping = new keepings.Keeping(setup);
const found = [];
for (const entry of keeping.all()) found.push(await keepings.deliver(keeping, setup, entry, canonical));
if (found.some((status) => status !== 200)) place.hidden = false;
else if (found.length) location.reload();
