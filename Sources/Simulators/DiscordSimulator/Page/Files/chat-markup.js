// Discord's markup as DOM nodes. Text never becomes HTML: every piece ends in a text node.

const blocks = /```(?:[a-z0-9_-]*\n)?([\s\S]*?)```\n?|^((?:> .*(?:\n|$))+)|^(#{1,3}) (.+)\n?|^-# (.+)\n?|^( *)[-*] (.+)\n?/gm;
const spans = new RegExp([
  "`([^`\\n]+)`", "\\*\\*([\\s\\S]+?)\\*\\*", "__([\\s\\S]+?)__", "~~([\\s\\S]+?)~~", "\\|\\|([\\s\\S]+?)\\|\\|", "\\*(?!\\s)([^*\\n]+)\\*", "_(?!\\s)([^_\\n]+)_(?![a-z0-9])",
  "<(a?):(\\w+):(\\d+)>", "<@!?(\\d+)>", "<@&(\\d+)>", "<#(\\d+)>", "<t:(\\d+)(?::([a-zA-Z]))?>", "(@everyone|@here)",
  "\\[([^\\]\\n]+)\\]\\(<?(https?://[^\\s)>]+)>?\\)", "<?(https?://[^\\s<>]*[^\\s<>.,;:!?)])>?",
].join("|"), "gi");

export function element(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("aria-") || name === "role" || name === "for") node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export function emojiNode(emoji, base) {
  if (!emoji.id) return document.createTextNode(emoji.name ?? "");
  return element("img", { className: "emoji", src: `${base}/emojis/${emoji.id}.png`, alt: `:${emoji.name}:`, title: `:${emoji.name}:` });
}

export function markup(text, names) {
  const out = [];
  let end = 0;
  for (const match of (text ?? "").matchAll(blocks)) {
    out.push(...inline(text.slice(end, match.index), names));
    const [, code, quote, level, heading, small, indent, point] = match;
    if (code !== undefined) out.push(element("pre", { tabIndex: 0 }, element("code", {}, code)));
    else if (quote !== undefined) out.push(element("blockquote", {}, inline(quote.replace(/^> /gm, "").trimEnd(), names)));
    else if (heading !== undefined) out.push(element("h3", { className: `heading-${level.length}` }, inline(heading, names)));
    else if (small !== undefined) out.push(element("div", { className: "small" }, inline(small, names)));
    else out.push(element("div", { className: "point", style: `margin-left:${indent.length * 8}px` }, inline(point, names)));
    end = match.index + match[0].length;
  }
  return [...out, ...inline((text ?? "").slice(end), names)];
}

function inline(text, names) {
  const out = [];
  let end = 0;
  for (const match of text.matchAll(spans)) {
    const [whole, code, bold, under, struck, spoiler, starred, slanted, animated, emojiName, emojiID, user, role, channel, stamp, style, everyone, label, target, link] = match;
    if (match.index > end) out.push(text.slice(end, match.index));
    if (code !== undefined) out.push(element("code", {}, code));
    else if (bold !== undefined) out.push(element("strong", {}, inline(bold, names)));
    else if (under !== undefined) out.push(element("u", {}, inline(under, names)));
    else if (struck !== undefined) out.push(element("s", {}, inline(struck, names)));
    else if (spoiler !== undefined) out.push(spoilerNode(inline(spoiler, names)));
    else if (starred !== undefined) out.push(element("em", {}, inline(starred, names)));
    else if (slanted !== undefined) out.push(element("em", {}, inline(slanted, names)));
    else if (emojiID !== undefined) out.push(emojiNode({ id: emojiID, name: emojiName, animated: animated !== "" }, names.cdn));
    else if (user !== undefined) out.push(element("span", { className: "mention" }, "@" + names.user(user)));
    else if (role !== undefined) out.push(element("span", { className: "mention" }, "@" + names.role(role)));
    else if (channel !== undefined) out.push(element("a", { className: "mention", href: "#" + channel }, "#" + names.channel(channel)));
    else if (stamp !== undefined) out.push(timeNode(stamp * 1000, style));
    else if (everyone !== undefined) out.push(element("span", { className: "mention" }, everyone));
    else if (label !== undefined) out.push(element("a", { href: target, target: "_blank", rel: "noreferrer" }, label));
    else out.push(element("a", { href: link, target: "_blank", rel: "noreferrer" }, link));
    end = match.index + whole.length;
  }
  if (end < text.length) out.push(text.slice(end));
  return out;
}

function spoilerNode(children) {
  const node = element("span", { className: "spoiler", role: "button", tabIndex: 0, "aria-label": "Spoiler, press to show" }, children);
  const show = () => { node.classList.add("shown"); node.removeAttribute("role"); node.removeAttribute("aria-label"); };
  node.onclick = show;
  node.onkeydown = (event) => { if (event.key === "Enter" || event.key === " ") { show(); event.preventDefault(); } };
  return node;
}

const dateStyles = { t: { timeStyle: "short" }, T: { timeStyle: "medium" }, d: { dateStyle: "short" }, D: { dateStyle: "long" },
  F: { dateStyle: "full", timeStyle: "short" } };
const units = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

function timeNode(milliseconds, style) {
  const date = new Date(milliseconds);
  const exact = date.toLocaleString();
  if (style !== "R") return element("time", { title: exact }, date.toLocaleString([], dateStyles[style] ?? { dateStyle: "long", timeStyle: "short" }));
  const seconds = (milliseconds - Date.now()) / 1000;
  const [unit, size] = units.find(([, each]) => Math.abs(seconds) >= each) ?? units.at(-1);
  return element("time", { title: exact }, new Intl.RelativeTimeFormat().format(Math.round(seconds / size), unit));
}
