// Counts the recipients anew, a moment after a condition of form[data-recount] has changed; without it the button does.
const form = document.querySelector("form[data-recount]");
let timer, asking;

async function recount() {
  asking?.abort();
  asking = new AbortController();
  const body = new FormData(form);
  body.set("step", "count");
  try {
    const answer = await fetch(location.href, { method: "POST", body, signal: asking.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("tally").replaceChildren(...page.getElementById("tally").childNodes);
  } catch (error) {
    if (error.name !== "AbortError") throw error;
  }
}

form?.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(recount, 400); });
