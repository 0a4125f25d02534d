import Discord
import JSON
import Service
import Testing

@Suite("Reading what Discord sends")
struct DecodingTests {
    @Test("a member keeps nickname, roles, times and permissions")
    func member() throws {
        let member = try Member(parsing: Samples.member)
        #expect(member.displayName == "Ayla of AAA")
        #expect(member.user.displayName == "Ayla")
        #expect(member.roles == [100, 101])
        #expect(member.joinedAt == Timestamp(iso8601: "2024-02-29T12:00:00Z"))
        #expect(member.timedOutUntil?.milliseconds == 1_773_500_966_000)
        #expect(member.permissions == .useApplicationCommands)
    }

    @Test("a role keeps position, colour, permissions and owner")
    func role() throws {
        let role = try Role(parsing: Samples.role)
        #expect(role.position == 3 && role.color == 0x2F4F4F && role.isManaged && role.botID == 99)
        #expect(role.permissions.rawValue == 1_071_698_660_929)
    }

    @Test("a channel keeps its overwrites")
    func channel() throws {
        let channel = try Channel(parsing: Samples.channel)
        #expect(channel.kind == .text && channel.parentID == 40 && channel.rateLimitPerUser == 5)
        #expect(
            channel.overwrites == [
                PermissionOverwrite(target: .role(1), deny: .viewChannel),
                PermissionOverwrite(target: .member(11), allow: .viewChannel),
            ])
    }

    @Test("a thread keeps its state and the bot's membership")
    func thread() throws {
        let thread = try Channel(parsing: Samples.thread)
        #expect(thread.isThread && thread.kind == .privateThread)
        #expect(thread.thread?.isArchived == true && thread.thread?.isLocked == true)
        #expect(thread.thread?.autoArchiveMinutes == 4320)
        #expect(thread.ownThreadMember?.userID == 99)
        #expect(thread.appliedTags == [7])
    }

    @Test("a message keeps all its parts")
    func message() throws {
        let message = try Message(parsing: Samples.message)
        #expect(message.id == 300 && message.channelID == 50 && message.guildID == 1)
        #expect(message.member?.user == message.author && message.member?.roles == [100])
        #expect(message.mentions.map(\.id) == [12])
        #expect(message.mentionedMembers.map(\.displayName) == ["Bran"])
        #expect(message.kind == .reply && message.flags == .hasThread && message.isPinned)
        #expect(message.reference?.messageID == 299)
        #expect(message.nonce == "4711")
        #expect(message.reactions == [Reaction(emoji: PartialEmoji("🔥"), count: 2, isOwn: true)])
        #expect(message.attachments.first?.width == 10)
        #expect(message.embeds.first?.fields.count == 2)
        #expect(message.interaction?.kind == .command)
        #expect(message.stickers.first?.name == "wave")
        #expect(message.link == "https://discord.com/channels/1/50/300")
    }

    @Test("components of every kind are read")
    func components() throws {
        let message = try Message(parsing: Samples.message)
        let flat = message.components.flattened
        #expect(flat.compactMap(\.customID) == ["yes", "clan", "where", "who", "role", "any"])
        #expect(message.components.last == .text("# Text"))
        let selects = flat.compactMap { component -> SelectMenu? in
            if case .select(let select) = component { select } else { nil }
        }
        #expect(selects.map(\.minimumValues) == [0, 1, 1, 1, 1])
        #expect(selects[1].choices == .channels([.text, .announcement]))
        #expect(selects[1].defaultValues == [.channel(50)])
    }

    @Test("a guild tells its channels, threads and roles which guild they are of")
    func guild() throws {
        let guild = try Guild(parsing: Samples.guild)
        #expect(guild.channels.map(\.guildID) == [1] && guild.threads.map(\.guildID) == [1])
        #expect(guild.roles.count == 1 && guild.emojis.first?.mention == "<a:seat:200>")
        #expect(guild.memberCount == 321 && guild.members.count == 1)
    }

    @Test("a command's use gives path, arguments and resolved objects")
    func command() throws {
        let interaction = try Interaction(parsing: Samples.command)
        guard case .command(let command) = interaction.content else { Issue.record("no command"); return }
        #expect(command.path == ["perm", "bot", "allow"])
        #expect(command["channel"] == .string("50") && command["days"] == .integer(3))
        #expect(command["share"] == .number(0.5) && command["quiet"] == .boolean(true) && command["none"] == nil)
        #expect(command.resolved.members[11]?.displayName == "A")
        #expect(command.resolved.channels[50]?.name == "general" && command.resolved.attachments[400] != nil)
        #expect(interaction.user.id == 11 && interaction.member?.permissions == .useApplicationCommands)
        #expect(interaction.applicationPermissions == .administrator && interaction.locale == "de")
    }

    @Test("autocomplete, components and modals give what was typed and chosen")
    func others() throws {
        guard case .autocomplete(let typed) = try Interaction(parsing: Samples.autocomplete).content else {
            Issue.record("no autocomplete")
            return
        }
        #expect(typed.focused?.value == .string("A"))
        let press = try Interaction(parsing: Samples.press)
        guard case .component(let component) = press.content else { Issue.record("no component"); return }
        #expect(component.customID == "clan" && component.values == ["a", "b"] && press.message?.id == 300)
        guard case .modal(let modal) = try Interaction(parsing: Samples.modal).content else {
            Issue.record("no modal")
            return
        }
        #expect(modal["name"] == "Ayla" && modal.fields.last?.values == ["a", "b"])
    }

    @Test("a registered command equals the definition that registered it")
    func registered() throws {
        let command = try ApplicationCommand(parsing: Samples.registeredCommand)
        let definition = CommandDefinition(
            name: "seat", description: "Shows a seat",
            options: [
                CommandOption(
                    kind: .string, name: "clan", description: "Which", isRequired: true, minimumLength: 1,
                    hasAutocomplete: true),
                CommandOption(
                    kind: .integer, name: "days", description: "How long",
                    choices: [CommandChoice(name: "a week", value: .integer(7))], minimumValue: 1, maximumValue: 30),
            ],
            defaultMemberPermissions: .manageMessages)
        #expect(command.definition == definition)
        #expect(command.mention(subcommand: "show") == "</seat show:700>")
    }

    @Test("ids are read from texts and numbers without loss")
    func ids() throws {
        let highest = "18446744073709551615"
        #expect(try User(parsing: #"{"id": "\#(highest)", "username": "a"}"#).id.description == highest)
        #expect(try User(parsing: #"{"id": \#(highest), "username": "a"}"#).id.description == highest)
        #expect(try User(parsing: #"{"id": 9007199254740993}"#).id == 9_007_199_254_740_993)
    }

    @Test("one malformed part does not hide the rest")
    func malformedParts() throws {
        let message = try Message(
            parsing: """
                {"id": 1, "channel_id": 2, "author": {"id": 3}, "embeds": [17, {"title": "t"}], "attachments": [{}],
                 "mentions": {}, "components": [{"type": "x"}], "timestamp": "never", "content": null}
                """)
        #expect(message.embeds == [Embed(title: "t")])
        #expect(message.attachments.isEmpty && message.components.isEmpty && message.content.isEmpty)
        #expect(message.timestamp == message.id.timestamp)
    }

    @Test(
        "what a model needs is demanded by name",
        arguments: [
            (#"{"channel_id": "2", "author": {"id": "3"}}"#, "id"),
            (#"{"id": "1", "author": {"id": "3"}}"#, "channel_id"),
            (#"{"id": "1", "channel_id": "2"}"#, "author"),
            (#"{"id": "1", "channel_id": "2", "author": {}}"#, "author.id"),
            (#"[]"#, "id"), ("null", "id"), ("17", "id"),
        ])
    func missing(text: String, path: String) {
        #expect(throws: DecodingFailure(path: path)) { try Message(parsing: text) }
    }
}

@Suite("Reading what Discord may send one day")
struct ToleranceTests {
    private static let models: [(String, any JSONDecodable.Type)] = [
        (Samples.user, User.self), (Samples.member, Member.self), (Samples.role, Role.self),
        (Samples.emoji, Emoji.self), (Samples.channel, Channel.self), (Samples.thread, Channel.self),
        (Samples.embed, Embed.self), (Samples.attachment, Attachment.self), (Samples.message, Message.self),
        (Samples.components, [Component].self), (Samples.guild, Guild.self), (Samples.command, Interaction.self),
        (Samples.autocomplete, Interaction.self), (Samples.press, Interaction.self),
        (Samples.modal, Interaction.self), (Samples.registeredCommand, ApplicationCommand.self),
    ]

    @Test("members that no model knows change nothing, at any depth", arguments: models.indices)
    func unknownMembers(index: Int) throws {
        let (text, model) = Self.models[index]
        let known = try JSONDocument(parsing: text).root
        let extended = try JSONDocument(parsing: Self.extended(known.value).encoded()).root
        #expect(String(reflecting: try model.init(known)) == String(reflecting: try model.init(extended)))
    }

    /// Every object with a member more.
    private static func extended(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): return .array(elements.map(extended))
        case .object(let object):
            var result: JSONValue = ["from_the_future": ["type": [1, "two", nil]]]
            for (key, value) in object {
                // Tables of resolved objects have ids as keys, and no members.
                result[key] = extended(value)
            }
            return .object(result.members)
        default: return value
        }
    }

    @Test("values that no list knows survive")
    func unknownValues() throws {
        #expect(try Channel(parsing: #"{"id": "1", "type": 99}"#).kind.rawValue == 99)
        #expect(
            try Message(parsing: #"{"id": 1, "channel_id": 2, "author": {"id": 3}, "type": 99, "flags": -1}"#).kind
                .rawValue == 99)
        #expect(
            try Component(parsing: #"{"type": 99, "components": [{"type": 2, "custom_id": "a"}]}"#).children.first?
                .customID == "a")
        let interaction = try Interaction(
            parsing: #"{"id": 1, "application_id": 2, "type": 99, "token": "t", "user": {"id": 3}}"#)
        #expect(interaction.content == .unknown(InteractionKind(rawValue: 99)))
        let overwrites =
            #"[{"id": "1", "type": 7, "allow": "1"}, {"id": "2", "type": 0, "allow": "9223372036854775808"}]"#
        let channel = try Channel(parsing: #"{"id": "1", "type": 0, "permission_overwrites": \#(overwrites)}"#)
        #expect(channel.overwrites.map(\.allow.rawValue) == [1 << 63])
    }
}

extension JSONDecodable {
    /// Reads a model from a text.
    init(parsing text: String) throws {
        try self.init(JSONDocument(parsing: text).root)
    }
}
