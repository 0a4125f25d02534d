// One message as a list item: author, text, embeds, attachments, components, reactions, tools.

import { componentNode } from "/chat-components.js";
import { element, emojiNode, markup } from "/chat-markup.js";

const palette = ["#5c8df6", "#27b3a0", "#d9a441", "#d3485a", "#9a6bdf", "#3f9bd1", "#6aa84f", "#c8673d"];
const joinWindow = 5 * 60 * 1000;

// A role's color, made lighter until it can be read on the page's dark ground (contrast of at least 4.5 : 1).
export function readable(color) {
  let channels = [color >> 16, (color >> 8) & 255, color & 255];
  const light = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
  const luminance = () => channels.reduce((sum, value, index) => sum + light(value) * [0.2126, 0.7152, 0.0722][index], 0);
  while (luminance() < 0.25) channels = channels.map((value) => Math.min(255, value + Math.ceil((255 - value) * 0.06)));
  return `rgb(${channels.join(" ")})`;
}

export function avatar(user) {
  const name = user.global_name ?? user.username;
  const initials = name.split(/\s+/).map((word) => word[0]).join("").slice(0, 2).toUpperCase();
  const color = palette[Number(BigInt(user.id) % 8n)];
  return element("span", { className: "avatar", style: `background:${color}`, "aria-hidden": "true" }, initials);
}

export function messageItem(message, previous, guild, actions) {
  // People who left the guild are known by the messages that mention them only.
  const names = Object.create(guild, { user: { value: (user) => guild.user(message.mentions.find((each) => each.id === user) ?? user) } });
  const isJoined = previous && previous.author.id === message.author.id && !message.referenced_message && !message.interaction
    && new Date(message.timestamp) - new Date(previous.timestamp) < joinWindow;
  const mentionsMe = message.mentions.some((user) => user.id === names.me) || message.mention_everyone
    || message.mention_roles.some((role) => names.myRoles.includes(role));
  const item = element("li", { className: "message" + (isJoined ? " joined" : "") + (mentionsMe ? " mentioned" : ""), tabIndex: -1 });
  item.dataset.id = message.id;
  if (message.referenced_message) {
    const quoted = message.referenced_message;
    item.append(element("div", { className: "reply" }, element("strong", {}, names.user(quoted.author)), " ",
      quoted.content ? markup(quoted.content.split("\n")[0], names) : "(embed)"));
  }
  if (message.interaction) {
    item.append(element("div", { className: "reply" }, element("strong", {}, names.user(message.interaction.user)), " used ",
      element("span", { className: "mention" }, "/" + message.interaction.name)));
  }
  item.append(avatar(message.author), body(message, isJoined, names, actions), tools(message, names, actions));
  return item;
}

function body(message, isJoined, names, actions) {
  const node = element("div", { className: "body" });
  const edited = message.edited_timestamp ? element("span", { className: "edited", title: clock(message.edited_timestamp) }, "(edited)") : null;
  if (!isJoined) {
    node.append(element("div", { className: "byline" },
      element("span", { className: "author", style: `color:${names.color(message.author.id)}` }, names.user(message.author)),
      message.author.bot ? element("span", { className: "tag" }, "APP") : null,
      element("time", { dateTime: message.timestamp }, clock(message.timestamp)), message.content ? null : edited));
  }
  if (message.content) node.append(element("div", { className: "text" }, markup(message.content, names), edited ? [" ", edited] : null));
  if (message.flags & 128) node.append(element("div", { className: "text" }, "⏳ thinking…"));
  const shown = new Set();
  node.append(...message.embeds.map((embed) => embedNode(embed, message, names, shown)));
  for (const file of message.attachments) {
    if (shown.has(file.url)) continue;
    const isImage = (file.content_type ?? "").startsWith("image/");
    node.append(element("div", { className: "attachment" }, isImage
      ? element("img", { src: file.url, alt: file.filename })
      : element("a", { href: file.url, target: "_blank", rel: "noreferrer" }, "📎 " + file.filename)));
  }
  if (edited && !edited.parentNode) node.append(edited);
  node.append(...message.components.map((row) => componentNode(row, message, names, actions)));
  if (message.reactions?.length) {
    node.append(element("div", { className: "reactions" }, message.reactions.map((reaction) => {
      const name = reaction.emoji.name;
      return element("button", {
        className: "reaction", type: "button", "aria-pressed": String(reaction.me), title: `${name}: ${reaction.count}`,
        "aria-label": `${name}, ${reaction.count}`, onclick: () => actions.react(message, reaction.emoji, !reaction.me),
      }, emojiNode(reaction.emoji, names.cdn), element("span", { className: "count" }, String(reaction.count)));
    })));
  }
  if (message.flags & 64) node.append(element("span", { className: "only-you" }, "👁 Only you can see this."));
  return node;
}

function tools(message, names, actions) {
  const own = message.author.id === names.me;
  return element("div", { className: "tools" },
    element("button", { type: "button", title: "Add a reaction", "aria-label": "Add a reaction",
      onclick: (event) => actions.pick(message, event.currentTarget) }, "🙂"),
    element("button", { type: "button", title: "Reply", "aria-label": "Reply", onclick: () => actions.reply(message) }, "↩"),
    own ? element("button", { type: "button", title: "Delete", "aria-label": "Delete", onclick: () => actions.remove(message) }, "🗑") : null);
}

function embedNode(embed, message, names, shown) {
  const node = element("div", { className: "embed" });
  if (embed.color !== undefined && embed.color !== null) {
    node.style.setProperty("--stripe", "#" + embed.color.toString(16).padStart(6, "0"));
  }
  const url = (image) => {
    const name = image.url.startsWith("attachment://") ? image.url.slice(13) : null;
    const file = message.attachments.find((each) => each.filename === name || each.url === image.url);
    if (file) shown.add(file.url);
    return file ? file.url : image.proxy_url ?? image.url;
  };
  const icon = (address) => (address ? element("img", { className: "embed-icon", src: url({ url: address }), alt: "" }) : null);
  node.append(element("div", { className: "embed-main" },
    embed.author ? element("div", { className: "embed-author" }, icon(embed.author.icon_url), embed.author.name) : null,
    embed.title ? element("div", { className: "embed-title" }, embed.url
      ? element("a", { href: embed.url, target: "_blank", rel: "noreferrer" }, markup(embed.title, names)) : markup(embed.title, names)) : null,
    embed.description ? element("div", { className: "text" }, markup(embed.description, names)) : null));
  if (embed.thumbnail) node.append(element("img", { className: "embed-thumb", src: url(embed.thumbnail), alt: "" }));
  if (embed.fields?.length) {
    node.append(element("div", { className: "embed-fields" }, embed.fields.map((field) =>
      element("div", { className: "embed-field" + (field.inline ? " inline" : "") },
        element("div", { className: "name" }, markup(field.name, names)),
        element("div", { className: "text" }, markup(field.value, names))))));
  }
  if (embed.image) node.append(element("img", { className: "embed-image", src: url(embed.image), alt: "" }));
  const stamp = embed.timestamp ? new Date(embed.timestamp).toLocaleString() : "";
  const footer = [embed.footer?.text, stamp].filter(Boolean).join(" • ");
  if (footer) node.append(element("div", { className: "embed-footer" }, icon(embed.footer?.icon_url), footer));
  return node;
}

function clock(text) {
  const date = new Date(text);
  const isToday = date.toDateString() === new Date().toDateString();
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return isToday ? time : `${date.toLocaleDateString()} ${time}`;
}
