// Discord's markup as DOM nodes. Text never becomes HTML: every piece ends in a text node.

const blocks = /```(?:[a-z0-9_-]*\n)?([\s\S]*?)```|^> (.*)$|^# (.*)$/gm;
const spans = new RegExp([
  "`([^`\\n]+)`", "\\*\\*([\\s\\S]+?)\\*\\*", "__([\\s\\S]+?)__", "~~([\\s\\S]+?)~~", "\\*(?!\\s)([^*\\n]+)\\*", "_(?!\\s)([^_\\n]+)_(?![a-z0-9])",
  "<(a?):(\\w+):(\\d+)>", "<@!?(\\d+)>", "<@&(\\d+)>", "<#(\\d+)>", "<t:(\\d+)(?::[a-zA-Z])?>",
  "\\[([^\\]\\n]+)\\]\\((https?://[^\\s)]+)\\)", "(https?://[^\\s<>]+)",
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
  const type = emoji.animated ? "gif" : "png";
  return element("img", { className: "emoji", src: `${base}/emojis/${emoji.id}.${type}`, alt: `:${emoji.name}:`, title: `:${emoji.name}:` });
}

export function markup(text, names) {
  const out = [];
  let end = 0;
  for (const match of (text ?? "").matchAll(blocks)) {
    out.push(...inline(text.slice(end, match.index), names));
    if (match[1] !== undefined) out.push(element("pre", {}, element("code", {}, match[1])));
    else if (match[2] !== undefined) out.push(element("blockquote", {}, inline(match[2], names)));
    else out.push(element("h3", {}, inline(match[3], names)));
    end = match.index + match[0].length;
  }
  return [...out, ...inline((text ?? "").slice(end), names)];
}

function inline(text, names) {
  const out = [];
  let end = 0;
  for (const match of text.matchAll(spans)) {
    const [whole, code, bold, under, struck, starred, slanted, animated, emojiName, emojiID, user, role, channel, stamp, label, target, link] = match;
    if (match.index > end) out.push(text.slice(end, match.index));
    if (code !== undefined) out.push(element("code", {}, code));
    else if (bold !== undefined) out.push(element("strong", {}, inline(bold, names)));
    else if (under !== undefined) out.push(element("u", {}, inline(under, names)));
    else if (struck !== undefined) out.push(element("s", {}, inline(struck, names)));
    else if (starred !== undefined) out.push(element("em", {}, inline(starred, names)));
    else if (slanted !== undefined) out.push(element("em", {}, inline(slanted, names)));
    else if (emojiID !== undefined) out.push(emojiNode({ id: emojiID, name: emojiName, animated: animated !== "" }, names.cdn));
    else if (user !== undefined) out.push(element("span", { className: "mention" }, "@" + names.user(user)));
    else if (role !== undefined) out.push(element("span", { className: "mention" }, "@" + names.role(role)));
    else if (channel !== undefined) out.push(element("span", { className: "mention" }, "#" + names.channel(channel)));
    else if (stamp !== undefined) out.push(element("time", {}, new Date(stamp * 1000).toLocaleString()));
    else if (label !== undefined) out.push(element("a", { href: target, target: "_blank", rel: "noreferrer" }, label));
    else out.push(element("a", { href: link, target: "_blank", rel: "noreferrer" }, link));
    end = match.index + whole.length;
  }
  if (end < text.length) out.push(text.slice(end));
  return out;
}
