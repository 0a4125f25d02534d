// The list of slash commands above the message box, while a text that begins with "/" is typed.

import { element } from "/chat-markup.js";

export class CommandList {
  #box; #composer; #choose;
  #commands = [];
  #selected = 0;

  // `choose(command, behind)` is called with what was picked, and what was typed behind its name.
  constructor(box, composer, choose) {
    [this.#box, this.#composer, this.#choose] = [box, composer, choose];
    composer.setAttribute("aria-controls", box.id);
  }

  // Shows the commands that fit what is typed.
  show(commands) {
    const text = this.#composer.value.toLowerCase();
    // Behind the name of a command its first option may be typed at once.
    const fits = ({ name, options }) => `/${name}`.startsWith(text.trimEnd()) || (options.length > 0 && text.startsWith(`/${name} `));
    this.#commands = text.startsWith("/") ? commands.filter(fits) : [];
    this.#select(0);
    this.#box.hidden = this.#commands.length === 0;
    this.#composer.setAttribute("aria-expanded", String(!this.#box.hidden));
    this.#box.replaceChildren(...this.#commands.map((command, index) => this.#row(command, index)));
    this.#select(0);
  }

  #row(command, index) {
    const options = command.options.map((option) => (option.required ? option.name : `${option.name}?`)).join(" ");
    return element("div", { className: "command", role: "option", id: `command-${index}`, onpointerdown: (event) => event.preventDefault(),
      onclick: () => this.#pick(index) },
    element("div", { className: "command-name" }, `/${command.name} `, element("span", { className: "command-options" }, options)),
    element("div", { className: "command-note" }, command.description), element("span", { className: "command-app" }, command.app));
  }

  #select(index) {
    const rows = [...this.#box.children];
    this.#selected = Math.max(0, Math.min(rows.length - 1, index));
    rows.forEach((row, each) => row.setAttribute("aria-selected", String(each === this.#selected)));
    rows[this.#selected]?.scrollIntoView({ block: "nearest" });
    if (rows.length) this.#composer.setAttribute("aria-activedescendant", `command-${this.#selected}`);
    else this.#composer.removeAttribute("aria-activedescendant");
  }

  #pick(index) {
    const command = this.#commands[index];
    const behind = this.#composer.value.slice(command.name.length + 1).trim();
    this.#composer.value = "";
    this.show([]);
    this.#choose(command, behind);
  }

  // Takes a key that belongs to the list; false for others.
  takes(event) {
    if (this.#box.hidden || event.isComposing) return false;
    switch (event.key) {
      case "ArrowDown": this.#select(this.#selected + 1); break;
      case "ArrowUp": this.#select(this.#selected - 1); break;
      case "Enter": case "Tab": this.#pick(this.#selected); break;
      case "Escape": this.#composer.value = ""; this.show([]); break;
      default: return false;
    }
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
