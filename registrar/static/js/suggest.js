// Suggests known institutions under an input[data-suggest-institutions] while somebody types (ARIA combobox with a list).
// Whatever is typed may stay: nothing must be chosen. data-country-field names a select of the same form that a choice
// fills too; data-with-country writes the country behind the name instead; data-found says "{count} …" to screen readers.
const ADDRESS = "/institutions/suggest", WAIT = 150, SHORTEST = 2;

class Suggestions {
  constructor(input, number) {
    this.input = input;
    this.found = [];
    this.at = -1;
    this.list = document.createElement("ul");
    this.list.id = `suggestions-${number}`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? "");
    this.status = document.createElement("span");
    this.status.className = "hidden";
    this.status.setAttribute("role", "status");
    const box = document.createElement("div");
    box.className = "suggest";
    input.replaceWith(box);
    box.append(input, this.list, this.status);
    const attributes = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
    input.addEventListener("input", () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.ask(), WAIT); });
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => { clearTimeout(this.timer); this.asking?.abort(); this.close(); });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this.choose([...this.list.children].indexOf(option));
    });
  }

  async ask() {
    const typed = this.input.value.trim();
    this.asking?.abort();
    if (typed.length < SHORTEST) return this.close();
    this.asking = new AbortController();
    try {
      const answer = await fetch(`${ADDRESS}?q=${encodeURIComponent(typed)}`, { signal: this.asking.signal });
      if (answer.ok) this.show(await answer.json());
    } catch (error) {
      this.close();
    }
  }

  show(found) {
    this.found = found;
    this.at = -1;
    this.list.replaceChildren(...found.map((each, place) => this.option(each, place)));
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(Boolean(found.length)));
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = found.length ? (this.input.dataset.found ?? "{count}").replace("{count}", found.length) : "";
  }

  option(each, place) {
    const option = document.createElement("li"), name = document.createElement("strong"), more = document.createElement("span");
    option.id = `${this.list.id}-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    name.textContent = each.name;
    more.textContent = [each.alias, each.country_name].filter(Boolean).join(" · ");
    option.append(name, " ", more);
    return option;
  }

  press(event) {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && this.list.hidden) { this.ask(); event.preventDefault(); return; }
    if (this.list.hidden) return;
    if (move) { this.mark(this.at + move); event.preventDefault(); }
    if (event.key === "Enter" && this.at >= 0) { this.choose(this.at); event.preventDefault(); }
    if (event.key === "Escape") { this.close(); event.preventDefault(); }
  }

  mark(place) {
    const count = this.found.length + 1;
    this.at = (place + 1 + count) % count - 1;
    [...this.list.children].forEach((option, each) => option.setAttribute("aria-selected", String(each === this.at)));
    const marked = this.list.children[this.at];
    if (!marked) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", marked.id);
    marked.scrollIntoView({ block: "nearest" });
  }

  choose(place) {
    const chosen = this.found[place], { countryField, withCountry } = this.input.dataset;
    this.input.value = withCountry !== undefined && chosen.country ? `${chosen.name} (${chosen.country})` : chosen.name;
    const country = countryField && this.input.form?.elements.namedItem(countryField);
    if (country && chosen.country) {
      country.value = chosen.country;
      country.dispatchEvent(new Event("change", { bubbles: true }));
    }
    this.close();
    this.input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  close() {
    this.found = [];
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
  }
}

const inputs = document.querySelectorAll("input[data-suggest-institutions]");
if (inputs.length) {
  const style = document.createElement("link");
  style.rel = "stylesheet";
  style.href = new URL("../suggest.css", import.meta.url);
  document.head.append(style);
}
inputs.forEach((input, number) => new Suggestions(input, number));
