// The chat page: keeps what the chosen person sees and speaks to the simulator over one WebSocket.
//
// The simulator sends {op: "state" | "messages" | "message" | "deleted" | "channels" | "typing" | "modal" | "failed"};
// the page sends {op: "as" | "open" | "say" | "react" | "click" | "choose" | "submit" | "delete"}.

import { element, emojiNode } from "/chat-markup.js";
import { avatar, messageItem, selectNode } from "/chat-message.js";

const $ = (id) => document.getElementById(id);
const quickEmoji = ["💡", "👍", "❤️", "🎉", "✅", "❌", "👀", "😂", "🏓", "🎫", "🔥", "🙏"];
const state = { guild: null, persons: [], channels: [], members: [], roles: [], emoji: [], cdn: "", me: null,
  channel: null, messages: [], unread: new Map(), replyTo: null };
let socket = null;
let retryDelay = 500;

const names = {
  get me() { return state.me; },
  get myRoles() { return person(state.me)?.roles ?? []; },
  get cdn() { return state.cdn; },
  user: (id) => person(id)?.name ?? state.members.find((member) => member.id === id)?.name ?? "unknown-user",
  role: (id) => state.roles.find((role) => role.id === id)?.name ?? "unknown-role",
  channel: (id) => state.channels.find((channel) => channel.id === id)?.name ?? "unknown",
  color: (id) => {
    const roles = person(id)?.roles ?? [];
    const role = state.roles.find((each) => roles.includes(each.id) && each.color);
    return role ? "#" + role.color.toString(16).padStart(6, "0") : "#e4e7f1";
  },
};
const person = (id) => state.persons.find((each) => each.id === id);
const send = (message) => socket?.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));

const actions = {
  react: (message, emoji, on) => send({ op: "react", channel: message.channel_id, message: message.id, emoji, on }),
  click: (message, customID) => send({ op: "click", channel: message.channel_id, message: message.id, customID }),
  choose: (message, customID, values) => send({ op: "choose", channel: message.channel_id, message: message.id, customID, values }),
  remove: (message) => send({ op: "delete", channel: message.channel_id, message: message.id }),
  reply: (message) => { state.replyTo = message; placeholder(); $("composer").focus(); },
  pick: (message, anchor) => openPicker(message, anchor),
};

function connect() {
  socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/chat/live`);
  socket.onopen = () => {
    retryDelay = 500;
    connection("live");
    send({ op: "as", person: remembered("person") });
  };
  socket.onmessage = (event) => receive(JSON.parse(event.data));
  socket.onclose = () => {
    connection("reconnecting…");
    setTimeout(connect, retryDelay);
    retryDelay = Math.min(retryDelay * 2, 8000);
  };
}

function connection(text) {
  $("connection").textContent = text;
  $("connection").classList.toggle("live", text === "live");
}

const remembered = (key) => { try { return sessionStorage.getItem(key); } catch { return null; } };
const remember = (key, value) => { try { sessionStorage.setItem(key, value); } catch { /* private mode */ } };

function receive(message) {
  switch (message.op) {
    case "state":
      Object.assign(state, { guild: message.guild, persons: message.persons, members: message.members, roles: message.roles,
        emoji: message.emoji, cdn: message.cdn, channels: message.channels, me: message.me });
      $("guild-name").textContent = state.guild.name;
      $("guild-icon").textContent = state.guild.name.split(/\s+/).map((word) => word[0]).join("").slice(0, 2);
      renderPersons();
      renderMembers();
      openChannel(visible(location.hash.slice(1)) ?? visible(state.channel) ?? visible(message.home) ?? state.channels.find((each) => each.kind !== "category")?.id);
      break;
    case "channels":
      state.channels = message.channels;
      if (!visible(state.channel)) openChannel(state.channels.find((each) => each.kind !== "category")?.id);
      renderChannels();
      break;
    case "members":
      state.members = message.members;
      state.persons = message.persons;
      renderMembers();
      break;
    case "messages":
      if (message.channel === state.channel) { state.messages = message.messages; renderMessages(); }
      break;
    case "message":
      upsert(message.message);
      break;
    case "deleted":
      state.messages = state.messages.filter((each) => !message.ids.includes(each.id));
      renderMessages();
      break;
    case "typing":
      if (message.channel === state.channel) showTyping(message.user);
      break;
    case "modal":
      openModal(message.modal, message.interaction);
      break;
    case "failed":
      toast(message.text);
      break;
  }
}

const visible = (id) => (state.channels.some((channel) => channel.id === id && channel.kind !== "category") ? id : undefined);

function upsert(message) {
  if (message.channel_id !== state.channel) {
    const count = state.unread.get(message.channel_id) ?? { all: 0, mentions: 0 };
    const isForMe = message.mentions.some((user) => user.id === state.me);
    if (!message.edited_timestamp && message.author.id !== state.me) {
      state.unread.set(message.channel_id, { all: count.all + 1, mentions: count.mentions + (isForMe ? 1 : 0) });
      renderChannels();
    }
    return;
  }
  const index = state.messages.findIndex((each) => each.id === message.id);
  if (index >= 0) state.messages[index] = message; else state.messages.push(message);
  if (message.author.id === typing.user) showTyping(null);
  renderMessages();
}

function openChannel(id) {
  if (!id) return;
  const changed = state.channel !== id;
  state.channel = id;
  state.unread.delete(id);
  if (changed) { state.messages = []; state.replyTo = null; showTyping(null); }
  history.replaceState(null, "", "#" + id);
  const channel = state.channels.find((each) => each.id === id);
  $("channel-name").textContent = (channel.kind === "thread" ? "🧵 " : "# ") + channel.name;
  $("channel-topic").textContent = channel.topic ?? "";
  document.title = `${channel.name} — ${state.guild.name}`;
  placeholder();
  pane("messages");
  renderChannels();
  renderMessages();
  send({ op: "open", channel: id });
}

function placeholder() {
  const channel = state.channels.find((each) => each.id === state.channel);
  $("composer").placeholder = state.replyTo ? `Replying to ${names.user(state.replyTo.author.id)} — Esc to stop` : `Message ${channel ? "#" + channel.name : ""}`;
}

function renderPersons() {
  $("persona").replaceChildren(...state.persons.filter((each) => !each.bot).map((each) =>
    element("option", { value: each.id, selected: each.id === state.me }, each.hint ? `${each.name} — ${each.hint}` : each.name)));
  $("persona-roles").textContent = names.myRoles.map(names.role).join(", ") || "no roles";
}

function renderChannels() {
  const list = [];
  const top = state.channels.filter((channel) => channel.kind !== "thread");
  for (const channel of top) {
    if (channel.kind === "category") { list.push(element("div", { className: "category" }, channel.name)); continue; }
    list.push(channelButton(channel));
    list.push(...state.channels.filter((thread) => thread.kind === "thread" && thread.parent === channel.id).map(channelButton));
  }
  $("channel-list").replaceChildren(...list);
}

function channelButton(channel) {
  const unread = state.unread.get(channel.id);
  const isThread = channel.kind === "thread";
  return element("button", {
    type: "button", className: "channel" + (isThread ? " thread" : "") + (unread ? " unread" : ""),
    "aria-current": String(channel.id === state.channel), onclick: () => openChannel(channel.id), title: channel.name,
  }, element("span", { className: "hash", "aria-hidden": "true" }, isThread ? "↳" : "#"),
  element("span", { className: "label" }, channel.name), channel.archived ? "🗄" : null,
  unread?.mentions ? element("span", { className: "badge" }, String(unread.mentions)) : null);
}

function renderMembers() {
  const groups = new Map();
  for (const member of state.members) {
    const group = member.bot ? "Apps" : member.group ?? "Members";
    groups.set(group, [...(groups.get(group) ?? []), member]);
  }
  const nodes = [];
  for (const [group, members] of groups) {
    nodes.push(element("h3", { className: "member-group" }, `${group} — ${members.length}`));
    nodes.push(...members.map((member) => element("div", { className: "member" },
      avatar({ id: member.id, username: member.name }),
      element("div", { className: "who" },
        element("div", { className: "name", style: `color:${names.color(member.id)}` }, member.name),
        element("div", { className: "roles", title: member.roles.map(names.role).join(", ") }, member.roles.map(names.role).join(", "))))));
  }
  $("members").replaceChildren(...nodes);
}

function renderMessages() {
  const list = $("messages");
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const focused = document.activeElement?.closest?.(".message")?.dataset.id;
  const nodes = state.messages.map((message, index) => messageItem(message, state.messages[index - 1], names, actions));
  list.replaceChildren(...(nodes.length ? nodes : [element("li", { className: "empty" }, "Nothing here yet. Say something.")]));
  if (focused) list.querySelector(`[data-id="${focused}"] button`)?.focus();
  if (isAtEnd) {
    list.scrollTop = list.scrollHeight;
    for (const image of list.querySelectorAll("img")) image.onload = () => { list.scrollTop = list.scrollHeight; };
  }
}

const typing = { user: null, timer: 0 };
function showTyping(user) {
  clearTimeout(typing.timer);
  typing.user = user;
  $("typing").textContent = user ? `${names.user(user)} is typing…` : "";
  if (user) typing.timer = setTimeout(() => showTyping(null), 9000);
}

function openPicker(message, anchor) {
  const custom = state.emoji.map((emoji) => ({ id: emoji.id, name: emoji.name, animated: emoji.animated }));
  const choices = [...quickEmoji.map((name) => ({ id: null, name })), ...custom];
  $("picker").replaceChildren(...choices.map((emoji) => element("button", { type: "button", role: "menuitem", "aria-label": emoji.name,
    onclick: () => { closePicker(); actions.react(message, emoji, true); } }, emojiNode(emoji, state.cdn))));
  const box = anchor.getBoundingClientRect();
  $("picker").hidden = false;
  $("picker").style.left = Math.max(8, Math.min(box.left - 190, innerWidth - 246)) + "px";
  $("picker").style.top = Math.max(8, Math.min(box.bottom + 6, innerHeight - 200)) + "px";
  $("picker").firstElementChild.focus();
}
const closePicker = () => { $("picker").hidden = true; };

function openModal(modal, interaction) {
  const rows = modal.components.flatMap((row) => row.type === 18 ? [{ ...row.component, label: row.label }] : row.components ?? []);
  const values = new Map(rows.map((field) => [field.custom_id, field.value ? [field.value] : []]));
  const fields = rows.flatMap((field) => {
    const label = element("label", { for: field.custom_id }, (field.label ?? "") + (field.required === false ? "" : " *"));
    if (field.type !== 4) return [label, selectNode(field, (chosen) => values.set(field.custom_id, chosen))];
    const input = element(field.style === 2 ? "textarea" : "input", { id: field.custom_id, value: field.value ?? "",
      placeholder: field.placeholder ?? "", required: field.required !== false, maxLength: field.max_length ?? 4000, rows: 4,
      oninput: (event) => values.set(field.custom_id, [event.target.value]) });
    return [label, input];
  });
  const form = element("form", { method: "dialog", onsubmit: () => {
    send({ op: "submit", interaction, customID: modal.custom_id, fields: Object.fromEntries(values) });
  } }, element("h3", {}, modal.title), fields,
  element("div", { className: "row" },
    element("button", { type: "button", className: "button", onclick: () => $("modal").close() }, "Cancel"),
    element("button", { type: "submit", className: "button primary" }, "Submit")));
  $("modal").replaceChildren(form);
  $("modal").showModal();
}

let toastTimer = 0;
function toast(text) {
  clearTimeout(toastTimer);
  $("toast").textContent = text;
  $("toast").hidden = false;
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 5000);
}

function pane(name) {
  $("app").dataset.pane = name;
  $("shade").hidden = name === "messages";
}

function say() {
  const text = $("composer").value.trim();
  if (!text || !state.channel) return;
  send({ op: "say", channel: state.channel, text, replyTo: state.replyTo?.id ?? null });
  $("composer").value = "";
  state.replyTo = null;
  placeholder();
  grow();
}

function grow() {
  $("composer").style.height = "auto";
  $("composer").style.height = Math.min($("composer").scrollHeight, 160) + "px";
}

$("composer-form").onsubmit = (event) => { event.preventDefault(); say(); };
$("composer").oninput = grow;
$("composer").onkeydown = (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); }
  if (event.key === "Escape") { state.replyTo = null; placeholder(); }
};
$("persona").onchange = (event) => {
  remember("person", event.target.value);
  state.unread.clear();
  send({ op: "as", person: event.target.value });
};
$("channel-list").onkeydown = (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const buttons = [...$("channel-list").querySelectorAll("button")];
  buttons[buttons.indexOf(document.activeElement) + step]?.focus();
  event.preventDefault();
};
$("show-channels").onclick = () => { pane("channels"); $("channel-list").querySelector("button")?.focus(); };
$("show-members").onclick = (event) => {
  if (matchMedia("(max-width: 900px)").matches) return pane($("app").dataset.pane === "members" ? "messages" : "members");
  const isHidden = $("app").classList.toggle("without-members");
  event.currentTarget.setAttribute("aria-expanded", String(!isHidden));
};
$("shade").onclick = () => pane("messages");
document.addEventListener("keydown", (event) => { if (event.key === "Escape") { closePicker(); pane("messages"); } });
document.addEventListener("click", (event) => { if (!event.target.closest("#picker, .tools")) closePicker(); });
addEventListener("hashchange", () => { const id = visible(location.hash.slice(1)); if (id && id !== state.channel) openChannel(id); });
connect();
