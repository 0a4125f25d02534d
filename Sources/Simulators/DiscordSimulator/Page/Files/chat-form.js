// The page's dialog: the forms that an app opens, and the options of a slash command.

import { Completion } from "/chat-completion.js";
import { element } from "/chat-markup.js";
import { selectNode, valuesOf } from "/chat-components.js";

// A field is its label and its control, and tells its values when the form is sent.
function openForm(title, note, fields, verb, submit) {
  const dialog = document.getElementById("modal");
  const rows = fields.flatMap((field, index) => {
    const id = `field-${index}`;
    field.control.id = id;
    return [
      element("label", { for: id }, field.label, field.isRequired ? element("span", { className: "needed", title: "Required" }, " *") : null),
      field.note ? element("p", { className: "note", id: `${id}-note` }, field.note) : null, field.control, field.list ?? null,
    ];
  });
  const form = element("form", { method: "dialog", onsubmit: () => submit(fields) }, element("h3", { id: "modal-title" }, title),
    note ? element("p", { className: "note" }, note) : null, rows,
    element("div", { className: "row" },
      element("button", { type: "button", className: "button", onclick: () => dialog.close() }, "Cancel"),
      element("button", { type: "submit", className: "button primary" }, verb)));
  dialog.setAttribute("aria-labelledby", "modal-title");
  dialog.replaceChildren(form);
  dialog.showModal();
  fields[0]?.control.focus();
}

// Forms of apps: inputs in action rows, or inputs and menus in labels.
export function openModal(modal, guild, submit) {
  const inputs = modal.components.flatMap((row) => row.type === 18
    ? [{ ...row.component, label: row.label, description: row.description }] : row.components ?? []);
  const fields = inputs.map((input) => {
    const isRequired = input.required !== false;
    const field = { name: input.custom_id, label: input.label ?? "", note: input.description, isRequired };
    if (input.type !== 4) {
      const control = selectNode(input, guild);
      control.required = isRequired;
      return { ...field, control, values: () => valuesOf(control) };
    }
    const control = element(input.style === 2 ? "textarea" : "input", { value: input.value ?? "", placeholder: input.placeholder ?? "",
      required: isRequired, maxLength: input.max_length ?? 4000, rows: 4, autocomplete: "off" });
    if (input.min_length && isRequired) control.minLength = input.min_length;
    return { ...field, control, values: () => [control.value] };
  });
  openForm(modal.title, null, fields, "Submit", (fields) => submit(Object.fromEntries(fields.map((field) => [field.name, field.values()]))));
}

const menuOfOption = { 6: 5, 7: 8, 8: 6, 9: 7 };
let suggestions = null;

// The options of a command, the first one filled in with what was typed behind its name. `complete(name, options)` asks
// the app for suggestions, which `suggest` brings.
export function openCommand(command, behind, guild, run, complete) {
  const fields = command.options.map((option) => {
    const field = { name: option.name, label: option.name, note: option.description, isRequired: option.required === true };
    const isNumber = option.type === 4 || option.type === 10;
    const typed = (text) => (text === "" ? undefined : isNumber ? Number(text) : option.type === 5 ? text === "true" : text);
    const choices = option.choices?.map((choice) => ({ label: choice.name, value: String(choice.value) }))
      ?? (option.type === 5 ? [{ label: "True", value: "true" }, { label: "False", value: "false" }] : null);
    if (choices || menuOfOption[option.type]) {
      const control = selectNode({ type: menuOfOption[option.type] ?? 3, options: choices ?? undefined, channel_types: option.channel_types }, guild);
      control.required = field.isRequired;
      return { ...field, control, value: () => typed(control.value) };
    }
    const control = element("input", { required: field.isRequired, autocomplete: "off", maxLength: option.max_length ?? 6000 });
    if (!option.autocomplete) {
      if (isNumber) Object.assign(control, { type: "number", min: option.min_value ?? "", max: option.max_value ?? "", step: option.type === 4 ? 1 : "any" });
      if (option.min_length && field.isRequired) control.minLength = option.min_length;
      return { ...field, control, value: () => typed(control.value) };
    }
    const completion = new Completion(control, option.name,
      () => complete(option.name, { ...valuesOfOptions(fields), [option.name]: control.value }));
    return { ...field, control, list: completion.list, show: (choices) => completion.show(choices),
      value: () => completion.value ?? typed(control.value) };
  });
  const submit = () => run(valuesOfOptions(fields));
  if (!fields.length) return submit();
  suggestions = { command: command.name, fields };
  if (behind && fields[0].control.matches("input")) fields[0].control.value = behind;
  openForm("/" + command.name, command.description, fields, "Run", submit);
}

const valuesOfOptions = (fields) =>
  Object.fromEntries(fields.map((field) => [field.name, field.value()]).filter(([, value]) => value !== undefined));

export function suggest({ command, option, typed, choices }) {
  if (suggestions?.command !== command) return;
  const field = suggestions.fields.find((each) => each.name === option);
  // What was suggested for an earlier text comes too late.
  if (field?.show && field.control.value === typed) field.show(choices);
}
