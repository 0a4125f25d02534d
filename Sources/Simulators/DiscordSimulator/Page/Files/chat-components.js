// A message's components as DOM nodes: buttons, menus, and the layout of messages made of components alone.

import { element, emojiNode, markup } from "/chat-markup.js";

const buttonStyles = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary" };

// `guild` knows names, emoji and what the menus of people, roles and channels offer; `actions` tells what was done.
export function componentNode(component, message, guild, actions) {
  const inner = (components) => (components ?? []).map((each) => componentNode(each, message, guild, actions));
  switch (component.type) {
    case 1: return element("div", { className: "row" }, inner(component.components));
    case 2: return buttonNode(component, message, guild, actions);
    case 9: return element("div", { className: "section" }, element("div", { className: "section-main" }, inner(component.components)),
      inner([component.accessory]));
    case 10: return element("div", { className: "text" }, markup(component.content, guild));
    case 11: return element("img", { className: "embed-thumb", src: component.media.url, alt: component.description ?? "" });
    case 12: return element("div", { className: "gallery" }, component.items.map((item) =>
      element("img", { className: "embed-image", src: item.media.url, alt: item.description ?? "" })));
    case 13: return element("a", { href: component.file.url, target: "_blank", rel: "noreferrer" }, "📎 " + (component.name ?? "file"));
    case 14: return element("hr", { className: component.divider === false ? "gap" : "" });
    case 17: {
      const node = element("div", { className: "embed container" }, inner(component.components));
      if (component.accent_color !== null && component.accent_color !== undefined) {
        node.style.setProperty("--stripe", "#" + component.accent_color.toString(16).padStart(6, "0"));
      }
      return node;
    }
    default: return menuNode(component, message, guild, actions);
  }
}

function buttonNode(component, message, guild, actions) {
  const style = "button " + (buttonStyles[component.style] ?? "secondary");
  const label = [component.emoji ? element("span", {}, emojiNode(component.emoji, guild.cdn)) : null, component.label ? element("span", {}, component.label) : null];
  if (component.style === 5) return element("a", { className: style, href: component.url, target: "_blank", rel: "noreferrer" }, label);
  return element("button", { className: style, type: "button", disabled: component.disabled === true,
    "aria-label": component.label ?? component.emoji?.name ?? "", onclick: () => actions.click(message, component.custom_id) }, label);
}

// A menu for several values is sent by its button, not with the first value chosen.
function menuNode(component, message, guild, actions) {
  const send = (values) => actions.choose(message, component.custom_id, values);
  const select = selectNode(component, guild);
  if (!select.multiple) {
    select.onchange = () => { if (select.value || component.min_values === 0) send(valuesOf(select)); };
    return select;
  }
  const button = element("button", { type: "button", className: "button secondary", disabled: true, onclick: () => send(valuesOf(select)) }, "Choose");
  select.onchange = () => {
    const count = valuesOf(select).length;
    button.disabled = count < (component.min_values ?? 1) || count > component.max_values;
  };
  return element("div", { className: "menu" }, component.placeholder ? element("p", { className: "note" }, component.placeholder) : null, select, button);
}

export function selectNode(component, guild) {
  const isMultiple = (component.max_values ?? 1) > 1;
  const options = component.options ?? guild.entities(component);
  const select = element("select", { className: "select", multiple: isMultiple, disabled: component.disabled === true,
    "aria-label": component.placeholder ?? "Menu" });
  if (isMultiple) select.size = Math.min(6, options.length);
  else select.append(element("option", { value: "" }, component.placeholder ?? "Choose…"));
  const chosen = (component.default_values ?? []).map((each) => each.id);
  for (const option of options) {
    const emoji = option.emoji && !option.emoji.id ? option.emoji.name : null;
    select.append(element("option", { value: option.value, selected: option.default === true || chosen.includes(option.value) },
      [emoji, option.label, option.description ? `— ${option.description}` : null].filter(Boolean).join(" ")));
  }
  return select;
}

export const valuesOf = (select) => [...select.selectedOptions].map((option) => option.value).filter((value) => value !== "");
