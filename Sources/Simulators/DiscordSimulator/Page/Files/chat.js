// The chat page: keeps what the chosen person sees and speaks to the simulator over one WebSocket.
//
// The simulator sends {op: "state" | "messages" | "message" | "deleted" | "channels" | "members" | "typing" | "modal" |
// "commands" | "choices" | "failed"}; the page sends {op: "as" | "open" | "say" | "react" | "click" | "choose" |
// "submit" | "commands" | "run" | "complete" | "delete"}.

import { CommandList } from "/chat-commands.js";
import { openCommand, openModal, suggest } from "/chat-form.js";
import { element, emojiNode } from "/chat-markup.js";
import { avatar, messageItem, readable } from "/chat-message.js";

const $ = (id) => document.getElementById(id);
const quickEmoji = ["💡", "👍", "❤️", "🎉", "✅", "❌", "👀", "😂", "🏓", "🎫", "🔥", "🙏"];
const state = { guild: null, persons: [], channels: [], members: [], roles: [], emoji: [], cdn: "", me: null,
  channel: null, messages: null, unread: new Map(), replyTo: null };
let socket = null;
let retryDelay = 500;

const names = {
  get me() { return state.me; },
  get myRoles() { return person(state.me)?.roles ?? []; },
  get cdn() { return state.cdn; },
  // Takes a user, or the id of one; people who left the guild are known by their messages only.
  user: (user) => person(user.id ?? user)?.name ?? user.global_name ?? user.username ?? "unknown-user",
  role: (id) => state.roles.find((role) => role.id === id)?.name ?? "unknown-role",
  channel: (id) => state.channels.find((channel) => channel.id === id)?.name ?? "unknown",
  // What a menu of people (5), roles (6), both (7) or channels (8) offers.
  entities({ type, channel_types: kinds }) {
    const people = state.persons.map((each) => ({ label: each.name, value: each.id }));
    const roles = state.roles.map((each) => ({ label: `@${each.name}`, value: each.id }));
    const isWanted = (channel) => !kinds?.length || kinds.some((kind) => (kind > 9 ? "thread" : kind === 4 ? "category" : "text") === channel.kind);
    if (type !== 8) return type === 5 ? people : type === 6 ? roles : [...people, ...roles];
    return state.channels.filter(isWanted).map((each) => ({ label: each.kind === "text" ? `#${each.name}` : each.name, value: each.id }));
  },
  color: (id) => {
    const roles = person(id)?.roles ?? [];
    const role = state.roles.find((each) => roles.includes(each.id) && each.color);
    return role ? readable(role.color) : "inherit";
  },
};
const person = (id) => state.persons.find((each) => each.id === id);
const isLive = () => socket?.readyState === WebSocket.OPEN;
const send = (message) => isLive() && socket.send(JSON.stringify(message));
const isNarrow = () => matchMedia("(max-width: 900px)").matches;

const actions = {
  react: (message, emoji, on) => send({ op: "react", channel: message.channel_id, message: message.id, emoji, on }),
  click: (message, customID) => send({ op: "click", channel: message.channel_id, message: message.id, customID }),
  choose: (message, customID, values) => send({ op: "choose", channel: message.channel_id, message: message.id, customID, values }),
  remove: (message) => send({ op: "delete", channel: message.channel_id, message: message.id }),
  reply: (message) => { replyTo(message); $("composer").focus(); },
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
      items.clear();
      renderPersons();
      renderMembers();
      openChannel(visible(location.hash.slice(1)) ?? visible(state.channel) ?? visible(message.home) ?? state.channels.find((each) => each.kind !== "category")?.id);
      break;
    case "channels":
      state.channels = message.channels;
      showHeading();
      if (!visible(state.channel)) openChannel(state.channels.find((each) => each.kind !== "category")?.id);
      renderChannels();
      break;
    case "members":
      state.members = message.members;
      state.persons = message.persons;
      items.clear();
      renderPersons();
      renderMembers();
      renderMessages();
      break;
    case "messages":
      if (message.channel === state.channel) { state.messages = message.messages; renderMessages(); }
      break;
    case "message":
      upsert(message.message, message.new, message.ping);
      break;
    case "deleted":
      if (message.channel !== state.channel || !state.messages) break;
      state.messages = state.messages.filter((each) => !message.ids.includes(each.id));
      if (message.ids.includes(state.replyTo?.id)) replyTo(null);
      renderMessages();
      break;
    case "typing":
      if (message.channel === state.channel) showTyping(message.user);
      break;
    case "modal":
      openModal(message.modal, names, (fields) =>
        send({ op: "submit", interaction: message.interaction, customID: message.modal.custom_id, fields }));
      break;
    case "commands":
      if (message.channel === state.channel) commands.show(message.commands);
      break;
    case "choices":
      suggest(message);
      break;
    case "failed":
      toast(message.text);
      break;
  }
}

const visible = (id) => (state.channels.some((channel) => channel.id === id && channel.kind !== "category") ? id : undefined);

function upsert(message, isNew, isPing) {
  if (message.channel_id !== state.channel) {
    if (!isNew || message.author.id === state.me) return;
    const count = state.unread.get(message.channel_id) ?? { mentions: 0 };
    state.unread.set(message.channel_id, { mentions: count.mentions + (isPing ? 1 : 0) });
    renderChannels();
    return;
  }
  if (!state.messages) return;
  const index = state.messages.findIndex((each) => each.id === message.id);
  if (index >= 0) state.messages[index] = message; else state.messages.push(message);
  if (message.author.id === typing.user) showTyping(null);
  if (isNew && message.author.id === state.me) isAtEnd = true;
  renderMessages();
}

function openChannel(id) {
  if (!id) return;
  if (state.channel !== id) { state.messages = null; state.replyTo = null; showTyping(null); }
  state.channel = id;
  state.unread.delete(id);
  isAtEnd = true;
  history.replaceState(null, "", "#" + id);
  showHeading();
  commands.show([]);
  pane("messages");
  renderChannels();
  $("channel-list").querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  renderMessages();
  send({ op: "open", channel: id });
}

function showHeading() {
  const channel = current();
  if (!channel) return;
  $("channel-name").textContent = (channel.kind === "thread" ? "🧵 " : "# ") + channel.name;
  $("channel-topic").textContent = channel.topic ?? "";
  document.title = `${channel.name} — ${state.guild.name}`;
  $("composer").disabled = $("send").disabled = !channel.writable;
  $("composer").placeholder = !channel.writable ? "You cannot write here"
    : state.replyTo ? `Replying to ${names.user(state.replyTo.author)} — Esc to stop` : `Message #${channel.name}`;
}

const current = () => state.channels.find((each) => each.id === state.channel);

function replyTo(message) {
  state.replyTo = message;
  showHeading();
}

function renderPersons() {
  const people = state.persons.filter((each) => !each.bot);
  // People with the same name are told apart by their accounts.
  const isShared = (name) => people.filter((each) => each.name === name).length > 1;
  $("persona").replaceChildren(...people.map((each) => {
    const name = isShared(each.name) ? `${each.name} (${each.account})` : each.name;
    return element("option", { value: each.id, selected: each.id === state.me }, each.hint ? `${name} — ${each.hint}` : name);
  }));
  $("persona-roles").textContent = names.myRoles.map(names.role).join(", ") || "no roles";
}

function renderChannels() {
  const focused = document.activeElement?.closest?.(".channel")?.dataset.id;
  const list = [];
  for (const channel of state.channels) {
    list.push(channel.kind === "category" ? element("h3", { className: "category" }, channel.name) : channelButton(channel));
  }
  $("channel-list").replaceChildren(...list);
  if (focused) $("channel-list").querySelector(`[data-id="${focused}"]`)?.focus();
}

function channelButton(channel) {
  const unread = state.unread.get(channel.id);
  const isThread = channel.kind === "thread";
  const isCurrent = channel.id === state.channel;
  const button = element("button", {
    // One stop of the Tab key for the whole list; the arrow keys walk in it.
    type: "button", tabIndex: isCurrent ? 0 : -1, className: "channel" + (isThread ? " thread" : "") + (unread ? " unread" : ""),
    "aria-current": String(isCurrent), onclick: () => openChannel(channel.id), title: channel.name,
  }, element("span", { className: "hash", "aria-hidden": "true" }, isThread ? "↳" : "#"),
  element("span", { className: "label" }, channel.name),
  unread?.mentions ? element("span", { className: "badge", "aria-label": `${unread.mentions} mentions` }, String(unread.mentions)) : null);
  button.dataset.id = channel.id;
  return button;
}

function renderMembers() {
  const groups = new Map();
  for (const member of state.members) {
    const group = member.bot ? "Apps" : member.group ?? "Members";
    groups.set(group, [...(groups.get(group) ?? []), member]);
  }
  const apps = groups.get("Apps");
  if (groups.delete("Apps")) groups.set("Apps", apps);
  const nodes = [];
  for (const [group, members] of groups) {
    nodes.push(element("h3", { className: "member-group" }, `${group} — ${members.length}`));
    nodes.push(...members.map((member) => {
      const roles = member.roles.map(names.role).filter((role) => role !== group).join(", ");
      return element("div", { className: "member", title: [member.name, roles].filter(Boolean).join(" — ") },
        avatar({ id: member.id, username: member.name }),
        element("div", { className: "who" },
          element("div", { className: "name", style: `color:${names.color(member.id)}` }, member.name),
          element("div", { className: "roles" }, roles)));
    }));
  }
  $("members").replaceChildren(...nodes);
}

// The shown messages by id, so that a change touches its own message only: images do not flicker, focus stays.
const items = new Map();
let isAtEnd = true;

function renderMessages() {
  const list = $("messages");
  const messages = state.messages ?? [];
  const ids = new Set(messages.map((message) => message.id));
  for (const id of items.keys()) if (!ids.has(id)) items.delete(id);
  const nodes = messages.map((message, index) => itemOf(message, messages[index - 1]));
  const isEmpty = state.messages?.length === 0;
  place(nodes, isEmpty ? [element("li", { className: "empty" }, `This is the beginning of #${current().name}.${current().writable ? " Say something." : ""}`)] : []);
  if (isAtEnd) toEnd();
  $("to-end").hidden = isAtEnd;
}

function itemOf(message, previous) {
  const signature = JSON.stringify([message, previous?.author.id, previous?.timestamp]);
  const known = items.get(message.id);
  if (known?.signature === signature) return known.node;
  const node = messageItem(message, previous, names, actions);
  const focused = known?.node.contains(document.activeElement) ? focusables(known.node).indexOf(document.activeElement) : null;
  known?.node.replaceWith(node);
  if (focused !== null) (focusables(node)[focused] ?? node).focus();
  items.set(message.id, { node, signature });
  return node;
}

const focusables = (node) => [...node.querySelectorAll("button, select, a, [tabindex]")];

// Puts the nodes into the list, moving only what is not in its place.
function place(nodes, others) {
  const list = $("messages");
  const wanted = new Set([...nodes, ...others]);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  [...wanted].forEach((node, index) => { if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null); });
}

function toEnd() {
  isAtEnd = true;
  $("messages").scrollTop = $("messages").scrollHeight;
  $("to-end").hidden = true;
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
  pickerAnchor = anchor;
  $("picker").hidden = false;
  $("picker").style.left = Math.max(8, Math.min(box.left - 190, innerWidth - 252)) + "px";
  $("picker").style.top = Math.max(8, Math.min(box.bottom + 6, innerHeight - 200)) + "px";
  $("picker").firstElementChild.focus();
}
let pickerAnchor = null;
function closePicker() {
  if ($("picker").hidden) return false;
  const hadFocus = $("picker").contains(document.activeElement);
  $("picker").hidden = true;
  if (hadFocus) pickerAnchor?.focus();
  return true;
}

// Slash commands are asked for whenever one is begun, since apps may have changed them.
function offerCommands() {
  if ($("composer").value.startsWith("/")) send({ op: "commands", channel: state.channel });
  else commands.show([]);
}

const commands = new CommandList($("commands"), $("composer"), (command, behind) => {
  const order = { channel: state.channel, command: command.name };
  openCommand(command, behind, names, (options) => send({ op: "run", ...order, options }),
    (focused, options) => send({ op: "complete", ...order, focused, options }));
  grow();
});

let toastTimer = 0;
function toast(text) {
  clearTimeout(toastTimer);
  $("toast").textContent = text;
  $("toast").hidden = false;
  toastTimer = setTimeout(() => { $("toast").hidden = true; }, 5000);
}

// Which drawer is open on a narrow page: "channels", "members", or "messages" for none.
function pane(name) {
  const before = $("app").dataset.pane;
  $("app").dataset.pane = name;
  $("shade").hidden = name === "messages";
  $("conversation").inert = name !== "messages";
  $("show-channels").setAttribute("aria-expanded", String(name === "channels"));
  if (isNarrow()) $("show-members").setAttribute("aria-expanded", String(name === "members"));
  if (name === "messages" && before !== name) $(`show-${before}`).focus();
}

function say() {
  const text = $("composer").value.trim();
  if (!text || !state.channel) return;
  if (!isLive()) return toast("Not connected. Your message is still here; send it again in a moment.");
  send({ op: "say", channel: state.channel, text, replyTo: state.replyTo?.id ?? null });
  $("composer").value = "";
  replyTo(null);
  grow();
}

function grow() {
  const box = $("composer");
  box.style.height = "auto";
  // The border counts in the height, not in the scroll height.
  box.style.height = Math.min(box.scrollHeight + 2, 160) + "px";
  box.style.overflowY = box.scrollHeight > 160 ? "auto" : "hidden";
}

// Arrow keys, Home and End walk among elements of which one has the focus.
function walk(event, nodes) {
  const at = nodes.findIndex((node) => node === document.activeElement || node.contains(document.activeElement));
  const next = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: nodes.length - 1 }[event.key];
  if (next === undefined || !nodes.length) return;
  nodes[Math.max(0, Math.min(nodes.length - 1, next))].focus();
  event.preventDefault();
}

$("composer-form").onsubmit = (event) => { event.preventDefault(); say(); };
$("composer").oninput = () => { grow(); offerCommands(); };
$("composer").onkeydown = (event) => {
  if (commands.takes(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); say(); }
  if (event.key === "Escape") replyTo(null);
};
$("persona").onchange = (event) => {
  remember("person", event.target.value);
  state.unread.clear();
  send({ op: "as", person: event.target.value });
};
$("channel-list").onkeydown = (event) => walk(event, [...$("channel-list").querySelectorAll("button")]);
$("picker").onkeydown = (event) => walk(event, [...$("picker").children]);
$("messages").onkeydown = (event) => {
  if (event.target.closest("select, input, pre")) return;
  const nodes = [...$("messages").querySelectorAll(".message")];
  if (event.target === $("messages") && event.key === "ArrowUp") { nodes.at(-1)?.focus(); event.preventDefault(); return; }
  if (event.target !== $("messages") && ["ArrowUp", "ArrowDown"].includes(event.key)) walk(event, nodes);
};
$("messages").onscroll = ({ currentTarget: list }) => {
  isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  if (isAtEnd) $("to-end").hidden = true;
};
// Images that arrive late, or a keyboard that takes half of the page, leave the newest message in view.
$("messages").addEventListener("load", () => { if (isAtEnd) toEnd(); }, true);
new ResizeObserver(() => { if (isAtEnd) toEnd(); }).observe($("messages"));
$("to-end").onclick = () => { toEnd(); $("composer").focus(); };
$("show-channels").onclick = () => { pane("channels"); $("channel-list").querySelector('[aria-current="true"]')?.focus(); };
$("show-members").onclick = (event) => {
  if (isNarrow()) { pane("members"); $("members").focus(); return; }
  const isHidden = $("app").classList.toggle("without-members");
  event.currentTarget.setAttribute("aria-expanded", String(!isHidden));
};
$("shade").onclick = () => pane("messages");
document.addEventListener("keydown", (event) => { if (event.key === "Escape" && !closePicker()) pane("messages"); });
document.addEventListener("click", (event) => { if (!event.target.closest("#picker, .tools")) closePicker(); });
matchMedia("(max-width: 900px)").addEventListener("change", () => pane("messages"));
addEventListener("hashchange", () => { const id = visible(location.hash.slice(1)); if (id && id !== state.channel) openChannel(id); });
grow();
connect();
