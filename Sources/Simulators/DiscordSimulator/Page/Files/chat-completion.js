// What an app suggests for an option that is being typed: a list below the input, for pointer and keyboard.

import { element } from "/chat-markup.js";

export class Completion {
  #input; #known = new Map();
  #choices = [];
  #selected = -1;

  // `ask()` wants suggestions for what is typed; they come by `show`.
  constructor(input, name, ask) {
    this.#input = input;
    this.list = element("div", { className: "completion", role: "listbox", id: `suggestions-${name}`, "aria-label": `Suggestions for ${name}`, hidden: true });
    for (const [key, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": this.list.id, "aria-expanded": "false" })) {
      input.setAttribute(key, value);
    }
    input.oninput = ask;
    input.onfocus = ask;
    input.onblur = () => this.#close();
    input.onkeydown = (event) => this.#takes(event);
  }

  // What was chosen by its name is sent as its value; undefined for what was merely typed.
  get value() { return this.#known.get(this.#input.value); }

  show(choices) {
    if (document.activeElement !== this.#input) return;
    for (const choice of choices) this.#known.set(choice.name, choice.value);
    this.#choices = choices;
    this.list.replaceChildren(...choices.map((choice, index) => element("div", { className: "suggestion", role: "option",
      id: `${this.list.id}-${index}`, onpointerdown: (event) => event.preventDefault(), onclick: () => this.#pick(index) }, choice.name)));
    this.list.hidden = choices.length === 0;
    this.#input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.#select(-1);
    if (!this.list.hidden) this.list.scrollIntoView({ block: "nearest" });
  }

  #select(index) {
    this.#selected = index;
    [...this.list.children].forEach((row, each) => row.setAttribute("aria-selected", String(each === index)));
    this.list.children[index]?.scrollIntoView({ block: "nearest" });
    if (index >= 0) this.#input.setAttribute("aria-activedescendant", `${this.list.id}-${index}`);
    else this.#input.removeAttribute("aria-activedescendant");
  }

  #close() {
    this.list.hidden = true;
    this.#input.setAttribute("aria-expanded", "false");
    this.#select(-1);
  }

  #pick(index) {
    this.#input.value = this.#choices[index].name;
    this.#close();
  }

  #takes(event) {
    if (this.list.hidden || event.isComposing) return;
    const last = this.#choices.length - 1;
    switch (event.key) {
      case "ArrowDown": this.#select(Math.min(last, this.#selected + 1)); break;
      case "ArrowUp": this.#select(Math.max(0, this.#selected - 1)); break;
      // A chosen suggestion is taken; without one, Enter runs the command and Tab goes on.
      case "Enter": if (this.#selected < 0) return; this.#pick(this.#selected); break;
      case "Tab": if (this.#selected >= 0) this.#pick(this.#selected); return;
      case "Escape": this.#close(); break;
      default: return;
    }
    event.preventDefault();
    event.stopPropagation();
  }
}
