import JSON
public import WebServer

/// The page in which a person sits in the simulated guild: the page's files, and the live connection behind it.
///
/// Each open page is one person at a time. The protocol is told at the head of `chat.js`.
public struct ChatPage: Sendable {
    private let simulator: Simulator

    /// Creates the page of a simulator.
    public init(simulator: Simulator) {
        self.simulator = simulator
    }

    /// Adds the page at `/` and its connection.
    public func addRoutes(to routes: inout WebRoutes) {
        routes.file("/", contentType: "text/html; charset=utf-8", bytes: PackageResources.chat_html)
        routes.file("/chat.css", contentType: "text/css; charset=utf-8", bytes: PackageResources.chat_css)
        for (name, bytes) in [
            ("chat", PackageResources.chat_js), ("chat-message", PackageResources.chat_message_js),
            ("chat-components", PackageResources.chat_components_js),
            ("chat-form", PackageResources.chat_form_js), ("chat-commands", PackageResources.chat_commands_js),
            ("chat-completion", PackageResources.chat_completion_js),
            ("chat-markup", PackageResources.chat_markup_js),
        ] {
            routes.file("/\(name).js", contentType: "text/javascript; charset=utf-8", bytes: bytes)
        }
        let simulator = simulator
        routes.webSocket("/chat/live") { _, socket in await ChatSession(simulator, socket).serve() }
    }
}

/// One open page.
actor ChatSession {
    let simulator: Simulator
    private let socket: WebSocketSession
    private var person: Person?
    private var events: Task<Void, Never>?

    init(_ simulator: Simulator, _ socket: WebSocketSession) {
        self.simulator = simulator
        self.socket = socket
    }

    /// Serves the page until it is closed.
    func serve() async {
        while case .text(let text) = await socket.receive() {
            guard let order = try? JSONDocument(parsing: text).root, let name = order["op"]?.string else { continue }
            do {
                try await obey(name, order)
            } catch let error as APIError {
                await send(["op": "failed", "text": .string(error.message)])
            } catch {
                await send(["op": "failed", "text": .string("That did not work: \(error)")])
            }
        }
        events?.cancel()
    }

    // MARK: Orders

    private func obey(_ name: String, _ order: JSONView) async throws {
        if name == "as" { return await becomes(order["person"]?.string.flatMap { WorldID($0) }) }
        guard let person else { return }
        if name == "submit" { return try await submit(order, as: person) }
        guard let channel = order["channel"]?.string.flatMap({ WorldID($0) }) else { return }
        switch name {
        case "open":
            let state = await simulator.snapshot()
            let messages = await person.seesMessages(in: channel).suffix(100)
            await send([
                "op": "messages", "channel": .string("\(channel)"),
                "messages": .array(messages.map { state.render($0, for: person.id) }),
            ])
        case "commands": await sendCommands(in: channel, to: person)
        case "run", "complete": try await use(order, in: channel, as: person)
        case "say":
            let text = order["text"]?.string ?? ""
            if let quoted = await message(order["replyTo"], in: channel) {
                try await person.replies(text, to: quoted)
            } else {
                try await person.says(Self.naming(text, await simulator.snapshot()), in: channel)
            }
        default:
            guard let message = await message(order["message"], in: channel) else { return }
            try await act(name, order, on: message, as: person)
        }
    }

    private func act(_ name: String, _ order: JSONView, on message: SimulatedMessage, as person: Person) async throws {
        switch name {
        case "react":
            let emoji = order["emoji"]
            let key =
                emoji?["id"]?.string.map { "\(emoji?["name"]?.string ?? "_"):\($0)" } ?? emoji?["name"]?.string ?? ""
            if order["on"]?.bool == true {
                try await person.reacts(with: key, to: message)
            } else {
                try await person.removesReaction(key, from: message)
            }
        case "click":
            try await person.clicks(customID: order["customID"]?.string ?? "", on: message)
        case "choose":
            let values = order["values"]?.elements.compactMap(\.string) ?? []
            try await person.chooses(values, customID: order["customID"]?.string, on: message)
        case "delete":
            try await person.deletes(message)
        default:
            break
        }
    }

    private var openModals: [WorldID: SimulatedModal] = [:]

    private func submit(_ order: JSONView, as person: Person) async throws {
        guard let id = order["interaction"]?.string.flatMap({ WorldID($0) }),
            let modal = openModals.removeValue(forKey: id)
        else { return }
        var fields: [String: String] = [:]
        for (name, values) in order["fields"]?.members.map({ ($0.key, $0.value) }) ?? [] {
            fields[name] = values.elements.compactMap(\.string).joined(separator: ",")
        }
        try await person.submits(modal, fields)
    }

    private func message(_ id: JSONView?, in channel: WorldID) async -> SimulatedMessage? {
        guard let id = id?.string.flatMap({ WorldID($0) }) else { return nil }
        return await simulator.snapshot().message(id, in: channel)
    }

    /// What a person types as `@Name` becomes a mention where the name is a bot's, as Discord's own client does it.
    private static func naming(_ text: String, _ state: WorldState) -> String {
        guard text.hasPrefix("@") else { return text }
        for bot in state.users.values where bot.isBot {
            let name = "@\(bot.shownName)"
            if text.lowercased().hasPrefix(name.lowercased()) {
                return "<@\(bot.id)>" + text.dropFirst(name.count)
            }
        }
        return text
    }

    // MARK: The person

    private func becomes(_ wanted: WorldID?) async {
        events?.cancel()
        let state = await simulator.snapshot()
        let chosen = wanted.flatMap { state.users[$0]?.isBot == false ? $0 : nil } ?? SampleGuild.member
        let person = simulator.person(chosen)
        self.person = person
        let changes = await person.changes()
        await sendState(of: person)
        events = Task { [weak self] in
            for await event in changes {
                guard !Task.isCancelled else { return }
                await self?.tell(event, to: person)
            }
        }
    }

    private func tell(_ event: PersonEvent, to person: Person) async {
        guard self.person?.id == person.id else { return }
        switch event {
        case .notified(let message):
            await tell(message, to: person, isNew: true, isPing: true)
        case .messageCreated(let message):
            await tell(message, to: person, isNew: true)
        case .messageUpdated(let message), .reactionsChanged(let message):
            await tell(message, to: person)
        case .messagesDeleted(let channel, let messages):
            let ids = messages.map { JSONValue.string("\($0)") }
            await send(["op": "deleted", "channel": .string("\(channel)"), "ids": .array(ids)])
        case .typing(let channel, let user):
            await send(["op": "typing", "channel": .string("\(channel)"), "user": .string("\(user)")])
        case .channelChanged, .channelDeleted:
            await send(["op": "channels", "channels": await channels(of: person)])
        case .membersChanged:
            let state = await simulator.snapshot()
            await send(["op": "members", "members": members(state), "persons": persons(state)])
        case .interactionAnswered(let id, let answer):
            await tell(answer, to: id)
        }
    }

    private func tell(
        _ message: SimulatedMessage, to person: Person, isNew: Bool = false, isPing: Bool = false
    ) async {
        let state = await simulator.snapshot()
        // A message that is gone by now must not come back; its deletion is told next.
        guard let current = state.message(message.id, in: message.channelID) else { return }
        await send([
            "op": "message", "new": .bool(isNew), "ping": .bool(isPing),
            "message": state.render(current, for: person.id),
        ])
    }

    private func tell(_ answer: InteractionAnswer, to interaction: WorldID) async {
        switch answer {
        case .modal(let modal):
            openModals[interaction] = modal
            await send([
                "op": "modal", "interaction": .string("\(interaction)"),
                "modal": [
                    "custom_id": .string(modal.customID), "title": .string(modal.title),
                    "components": .array(modal.components),
                ],
            ])
        case .failed:
            await send(["op": "failed", "text": "This interaction failed."])
        case .choices(let choices):
            await suggest(choices, for: interaction)
        case .message, .updated, .deferred:
            break
        }
    }

    // MARK: What is shown

    private func sendState(of person: Person) async {
        let state = await simulator.snapshot()
        guard let guild = state.guilds[SampleGuild.guild] ?? state.guilds.values.first else { return }
        await send([
            "op": "state", "me": .string("\(person.id)"), "home": .string("\(SampleGuild.hearth)"),
            "guild": ["id": .string("\(guild.id)"), "name": .string(guild.name)],
            "cdn": "/cdn",
            "roles": .array(
                guild.sortedRoles.reversed().filter { $0.id != guild.id }.map { role in
                    [
                        "id": .string("\(role.id)"), "name": .string(role.name), "color": .integer(Int64(role.color)),
                        "hoist": .bool(role.isHoisted),
                    ]
                }),
            "emoji": .array(
                guild.emoji.values.sorted { $0.id < $1.id }.map { emoji in
                    [
                        "id": .string("\(emoji.id)"), "name": .string(emoji.name), "animated": .bool(emoji.isAnimated),
                    ]
                }),
            "persons": persons(state), "members": members(state), "channels": await channels(of: person),
        ])
    }

    /// Everybody whom a page can be, with what they are for.
    private func persons(_ state: WorldState) -> JSONValue {
        guard let guild = state.guilds.values.first else { return [] }
        let order = guild.sortedRoles.reversed().map(\.id)
        let members = guild.members.values.sorted { $0.userID < $1.userID }
        return .array(
            members.compactMap { member -> JSONValue? in
                guard let user = state.users[member.userID] else { return nil }
                let roles = order.filter(member.roles.contains)
                let hint = roles.first.flatMap { guild.roles[$0]?.name } ?? ""
                return [
                    "id": .string("\(user.id)"), "name": .string(state.shownName(of: user.id, in: guild.id)),
                    "account": .string(user.name), "bot": .bool(user.isBot), "hint": .string(hint),
                    "roles": .array(roles.map { .string("\($0)") }),
                ]
            })
    }

    /// The members in the order of the roles that Discord shows apart, the others last.
    private func members(_ state: WorldState) -> JSONValue {
        guard let guild = state.guilds.values.first else { return [] }
        let roles = guild.sortedRoles.reversed().filter { $0.id != guild.id }
        let rank = { (member: SimulatedMember) in
            roles.firstIndex { $0.isHoisted && member.roles.contains($0.id) } ?? roles.count
        }
        let sorted = guild.members.values.sorted { (rank($0), $0.userID) < (rank($1), $1.userID) }
        return .array(
            sorted.compactMap { member -> JSONValue? in
                guard let user = state.users[member.userID] else { return nil }
                let held = roles.filter { member.roles.contains($0.id) }
                let group = held.first { $0.isHoisted }?.name ?? "Members"
                return [
                    "id": .string("\(user.id)"), "name": .string(state.shownName(of: user.id, in: guild.id)),
                    "bot": .bool(user.isBot), "group": .string(group),
                    "roles": .array(held.map { .string("\($0.id)") }),
                ]
            })
    }

    /// The channels that a person sees, categories and threads in their places.
    private func channels(of person: Person) async -> JSONValue {
        let visible = await person.seesChannels()
        let state = await simulator.snapshot()
        let seen = Set(visible.map(\.id))
        let places = { (channel: SimulatedChannel) in (channel.position, channel.id) }
        let top = visible.filter { !$0.isThread && $0.kind != .category }
        let categories = Set(top.compactMap(\.parentID)).compactMap { state.channels[$0] }
            .sorted { places($0) < places($1) }
        var listed: [SimulatedChannel] = []
        func add(_ channels: [SimulatedChannel]) {
            for channel in channels.sorted(by: { places($0) < places($1) }) {
                listed.append(channel)
                let threads = visible.filter {
                    $0.isThread && $0.parentID == channel.id && $0.thread?.isArchived == false
                }
                listed += threads.filter { seen.contains($0.id) }.sorted { $0.id < $1.id }
            }
        }
        add(top.filter { $0.parentID == nil && $0.guildID != nil })
        for category in categories {
            listed.append(category)
            add(top.filter { $0.parentID == category.id })
        }
        return .array(
            listed.map { channel -> JSONValue in
                let canWrite = state.permissions(of: person.id, inChannel: channel.id).contains(.sendMessages)
                return [
                    "id": .string("\(channel.id)"), "name": .string(channel.name), "writable": .bool(canWrite),
                    "kind": .string(channel.isThread ? "thread" : channel.kind == .category ? "category" : "text"),
                    "parent": channel.parentID.map { .string("\($0)") } ?? .null,
                    "topic": channel.topic.map { .string($0) } ?? .null,
                    "archived": .bool(channel.thread?.isArchived ?? false),
                ]
            })
    }

    func send(_ message: JSONValue) async {
        // A page that is gone ends `serve`; there is nobody to tell.
        try? await socket.send(text: message.text)
    }
}
