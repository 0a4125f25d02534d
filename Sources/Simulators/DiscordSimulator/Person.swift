public import JSON
import Service

/// Somebody in the guild, driven by a test or by the chat page. Bots can be driven too.
///
/// ```swift
/// let ayla = simulator.person(310)
/// try await ayla.says("!clan AAA", in: general)
/// let card = try await ayla.awaitsMessage(in: general, from: bot) { $0.text.contains("AAA") }
/// let click = try await ayla.clicks(label: "Details", on: card)
/// ```
///
/// Everything obeys the person's permissions and throws `APIError` where Discord would refuse.
public struct Person: Sendable {
    /// The person's user id.
    public let id: WorldID
    let world: World
    let transport: any TimeSource
    let activity: ActivityCounter

    // MARK: Writing

    /// Sends a message.
    @discardableResult
    public func says(_ text: String, in channelID: WorldID, files: [SimulatedUpload] = []) async throws(APIError)
        -> SimulatedMessage
    {
        try await act { state, id throws(APIError) in
            try state.send(Self.form(text, files, in: channelID, &state), by: id, in: channelID)
        }
    }

    /// Replies to a message; `pinging` decides whether its author is notified.
    @discardableResult
    public func replies(_ text: String, to message: SimulatedMessage, pinging: Bool = true) async throws(APIError)
        -> SimulatedMessage
    {
        try await act { state, id throws(APIError) in
            var form = MessageForm(text: text)
            form.reply = MessageForm.Reply(messageID: message.id, channelID: message.channelID, mustExist: true)
            form.allowedMentions.repliedUser = pinging
            return try state.send(form, by: id, in: message.channelID)
        }
    }

    /// Changes the text of one's own message.
    @discardableResult
    public func edits(_ message: SimulatedMessage, to text: String) async throws(APIError) -> SimulatedMessage {
        try await act { state, id throws(APIError) in
            try state.edit(message.id, in: message.channelID, with: MessageForm(text: text), by: id)
        }
    }

    /// Deletes a message.
    public func deletes(_ message: SimulatedMessage) async throws(APIError) {
        try await act { state, id throws(APIError) in
            try state.delete(message.id, in: message.channelID, by: id, reason: nil)
        }
    }

    /// Pins or unpins a message.
    public func pins(_ message: SimulatedMessage, _ isPinned: Bool = true) async throws(APIError) {
        try await act { state, id throws(APIError) in
            try state.setPinned(isPinned, message.id, in: message.channelID, by: id, reason: nil)
        }
    }

    /// Shows that one is typing.
    public func types(in channelID: WorldID) async throws(APIError) {
        try await act { state, id throws(APIError) in try state.type(in: channelID, by: id) }
    }

    /// Reacts with `🏆`, `name:id` or `<:name:id>`.
    public func reacts(with emoji: String, to message: SimulatedMessage) async throws(APIError) {
        try await act { state, id throws(APIError) in
            try state.react(with: emoji, to: message.id, in: message.channelID, by: id)
        }
    }

    /// Takes one's reaction back.
    public func removesReaction(_ emoji: String, from message: SimulatedMessage) async throws(APIError) {
        try await act { state, id throws(APIError) in
            try state.removeReaction(emoji, of: id, from: message.id, in: message.channelID, by: id)
        }
    }

    private static func form(
        _ text: String, _ files: [SimulatedUpload], in channelID: WorldID, _ state: inout WorldState
    ) throws(APIError) -> MessageForm {
        let uploads = files.enumerated().map { index, file in
            IndexedUpload(
                index: String(index), filename: file.filename, contentType: file.contentType, bytes: file.bytes)
        }
        let attachments = files.enumerated().map { index, file -> JSONValue in
            ["id": .int(index), "filename": .string(file.filename), "description": .text(file.description)]
        }
        var body: JSONValue = ["content": .string(text)]
        if !files.isEmpty { body["attachments"] = .array(attachments) }
        return try MessageForm(body, uploads: uploads, purpose: .create, in: &state, channelID: channelID)
    }

    // MARK: Threads and the guild

    /// Opens a thread, under a message or without one.
    @discardableResult
    public func opensThread(
        named name: String, in channelID: WorldID, from message: SimulatedMessage? = nil, isPrivate: Bool = false
    ) async throws(APIError) -> SimulatedChannel {
        try await act { state, id throws(APIError) in
            let form = WorldState.ThreadForm(name: name, kind: isPrivate ? .privateThread : .publicThread)
            return try state.openThread(form, in: channelID, from: message?.id, by: id, reason: nil)
        }
    }

    /// Renames a channel or thread.
    public func renames(_ channelID: WorldID, to name: String) async throws(APIError) {
        try await changes(channelID, ["name": .string(name)])
    }

    /// Archives or reopens a thread.
    public func archives(_ threadID: WorldID, _ isArchived: Bool = true) async throws(APIError) {
        try await changes(threadID, ["archived": .bool(isArchived)])
    }

    /// Locks or unlocks a thread, and archives or reopens it with that.
    public func locks(_ threadID: WorldID, _ isLocked: Bool = true, archiving: Bool? = nil) async throws(APIError) {
        var form: JSONValue = ["locked": .bool(isLocked)]
        if let archiving { form["archived"] = .bool(archiving) }
        try await changes(threadID, form)
    }

    /// Changes a channel or thread as `PATCH /channels/{channel_id}` would.
    public func changes(_ channelID: WorldID, _ form: JSONValue) async throws(APIError) {
        try await act { state, id throws(APIError) in
            _ = try state.editChannel(channelID, form, by: id, reason: nil)
        }
    }

    /// Deletes a channel or thread.
    public func deletes(channel channelID: WorldID) async throws(APIError) {
        try await act { state, id throws(APIError) in _ = try state.deleteChannel(channelID, by: id, reason: nil) }
    }

    /// Makes a channel as `POST /guilds/{guild_id}/channels` would.
    @discardableResult
    public func createsChannel(_ form: JSONValue, in guildID: WorldID) async throws(APIError) -> SimulatedChannel {
        try await act { state, id throws(APIError) in
            try state.createChannel(form, in: guildID, by: id, reason: nil)
        }
    }

    /// Opens the direct messages with somebody who shares a guild.
    @discardableResult
    public func opensDirectMessages(with userID: WorldID) async throws(APIError) -> SimulatedChannel {
        try await act { state, id throws(APIError) in try state.directChannel(from: id, to: userID) }
    }

    /// Joins a thread, or adds somebody else to it.
    public func adds(_ userID: WorldID? = nil, to threadID: WorldID) async throws(APIError) {
        try await act { state, id throws(APIError) in
            try state.joinThread(threadID, member: userID ?? id, by: id)
        }
    }

    /// Gives or takes a role.
    public func sets(role: WorldID, of userID: WorldID, in guildID: WorldID, isHeld: Bool) async throws(APIError) {
        try await act { state, id throws(APIError) in
            try state.setRole(role, of: userID, in: guildID, isHeld: isHeld, by: id, reason: nil)
        }
    }

    /// Joins a guild.
    public func joins(_ guildID: WorldID) async throws(APIError) {
        try await act { state, id throws(APIError) in try state.join(id, guildID) }
    }

    /// Leaves a guild.
    public func leaves(_ guildID: WorldID) async throws(APIError) {
        try await act { state, id throws(APIError) in try state.leave(id, guildID) }
    }

    // MARK: Interactions

    /// Presses the button with a custom id.
    @discardableResult
    public func clicks(customID: String, on message: SimulatedMessage) async throws(APIError) -> SimulatedInteraction {
        try await act { state, id throws(APIError) in
            try state.click(customID, on: message.id, in: message.channelID, by: id)
        }
    }

    /// Presses the button with a label.
    @discardableResult
    public func clicks(label: String, on message: SimulatedMessage) async throws(APIError) -> SimulatedInteraction {
        try await act { state, id throws(APIError) in
            let current = state.message(message.id, in: message.channelID) ?? message
            guard let customID = current.buttons.first(where: { $0.label == label })?.customID else {
                throw .unknownMessage
            }
            return try state.click(customID, on: message.id, in: message.channelID, by: id)
        }
    }

    /// Chooses in a select menu; the custom id may be left out where there is one menu.
    @discardableResult
    public func chooses(_ values: [String], customID: String? = nil, on message: SimulatedMessage)
        async throws(APIError) -> SimulatedInteraction
    {
        try await act { state, id throws(APIError) in
            try state.choose(values, customID: customID, on: message.id, in: message.channelID, by: id)
        }
    }

    /// Fills in a form and sends it; inputs left out keep their value. Several values of a menu are joined by commas.
    @discardableResult
    public func submits(_ modal: SimulatedModal, _ fields: [String: String]) async throws(APIError)
        -> SimulatedInteraction
    {
        try await act { state, id throws(APIError) in try state.submit(modal, fields, by: id) }
    }

    /// Runs a slash command, with its subcommands separated by spaces.
    @discardableResult
    public func runs(_ command: String, _ options: [String: JSONValue] = [:], in channelID: WorldID)
        async throws(APIError) -> SimulatedInteraction
    {
        try await act { state, id throws(APIError) in try state.run(command, options, in: channelID, by: id) }
    }

    /// What is suggested while an option is being typed.
    public func completes(
        _ command: String, option: String, typing text: String, _ others: [String: JSONValue] = [:],
        in channelID: WorldID, within limit: Duration = .seconds(10)
    ) async throws -> [SimulatedChoice] {
        let interaction = try await types(command, option: option, text, others, in: channelID)
        guard case .choices(let choices) = try await answer(to: interaction, within: limit) else { return [] }
        return choices
    }

    /// Types into an option; the suggestions come as the answer to the interaction.
    @discardableResult
    public func types(
        _ command: String, option: String, _ text: String, _ others: [String: JSONValue] = [:], in channelID: WorldID
    ) async throws(APIError) -> SimulatedInteraction {
        try await act { state, id throws(APIError) in
            let values = others.merging([option: .string(text)]) { _, typed in typed }
            return try state.run(command, values, focused: option, in: channelID, by: id)
        }
    }

    /// The slash commands that the person is offered in a channel, by name.
    public func seesCommands(in channelID: WorldID) async -> [OfferedCommand] {
        await world.state.offeredCommands(to: id, in: channelID)
    }

    /// What the person gets for a command, click or form. A deferred answer is waited for.
    public func answer(to interaction: SimulatedInteraction, within limit: Duration = .seconds(10)) async throws
        -> InteractionAnswer
    {
        try await eventually(within: limit, "an answer to \(interaction.id)") { $0.answer(to: interaction.id) }
    }

    // MARK: Seeing

    /// The messages that the person sees in a channel, oldest first; none without permission.
    public func seesMessages(in channelID: WorldID) async -> [SimulatedMessage] {
        let (state, id) = (await world.state, id)
        return state.messages(in: channelID).filter { state.canSee($0, id) }
    }

    /// The channels and threads that the person sees, sorted like a client shows them.
    public func seesChannels() async -> [SimulatedChannel] {
        let (state, id) = (await world.state, id)
        return state.channels.values.filter { state.canSee($0.id, id) }
            .sorted { ($0.position, $0.id) < ($1.position, $1.id) }
    }

    /// Whether a message pinged the person.
    public func wasNotified(by message: SimulatedMessage) async -> Bool {
        let (state, id) = (await world.state, id)
        return state.notifications[message.id]?.contains(id) == true
    }

    /// What the person sees from now on. A reader that falls 1,024 events behind loses the oldest.
    public func changes() async -> AsyncStream<PersonEvent> { await world.changes(for: id) }

    // MARK: Waiting

    /// The newest fitting message that the person sees in a channel, now or within `limit` of transport time; messages up
    /// to `after` do not count. Edits count, so that a message which becomes right is found.
    @discardableResult
    public func awaitsMessage(
        in channelID: WorldID, from author: WorldID? = nil, after: SimulatedMessage? = nil,
        within limit: Duration = .seconds(10),
        where fits: @escaping @Sendable (SimulatedMessage) -> Bool = { _ in true }
    ) async throws -> SimulatedMessage {
        let id = id
        let found = await world.wait(until: transport.now + limit) { state in
            state.messages(in: channelID).last { message in
                message.id > after?.id ?? 0 && (author ?? message.author) == message.author
                    && !message.flags.contains(.loading) && state.canSee(message, id) && fits(message)
            }
        }
        if let found { return found }
        let last = await seesMessages(in: channelID).suffix(3).map { String($0.text.prefix(120)) }
        throw WaitingError(what: "fitting message in channel \(channelID)", limit: limit, insteadSeen: last)
    }

    /// The first fitting event since `cursor` (or from now on), within `limit` of transport time.
    @discardableResult
    public func awaits(
        since cursor: EventCursor? = nil, within limit: Duration = .seconds(10),
        where fits: @escaping @Sendable (PersonEvent) -> Bool
    ) async throws -> PersonEvent {
        let (id, start) = (id, await world.cursor)
        let found = await world.wait(since: cursor ?? start, until: transport.now + limit) { event, state in
            PersonEvent(event, seenBy: id, in: state).flatMap { fits($0) ? $0 : nil }
        }
        guard let found else { throw WaitingError(what: "an event", limit: limit) }
        return found
    }

    /// A place in the course of events, to wait from.
    public func cursor() async -> EventCursor { await world.cursor }

    private func eventually<T: Sendable>(
        within limit: Duration, _ what: String, _ probe: @escaping @Sendable (WorldState) -> T?
    ) async throws -> T {
        guard let found = await world.wait(until: transport.now + limit, probe) else {
            throw WaitingError(what: what, limit: limit)
        }
        return found
    }

    private func act<T: Sendable>(
        _ body: @Sendable (inout WorldState, WorldID) throws(APIError) -> T
    ) async throws(APIError) -> T {
        activity.begin()
        defer { activity.end() }
        let id = id
        return try await world.transact { state throws(APIError) in
            _ = try state.user(id)
            return try body(&state, id)
        }
    }
}

/// Something that was waited for did not come.
public struct WaitingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was waited for.
    public var what: String
    /// How long, in transport time.
    public var limit: Duration
    /// What the person saw last in that place, oldest first, shortened.
    public var insteadSeen: [String] = []

    /// The sentence for a test's report.
    public var description: String {
        "no \(what) within \(limit)" + (insteadSeen.isEmpty ? "" : "; the last seen there: \(insteadSeen)")
    }
}
