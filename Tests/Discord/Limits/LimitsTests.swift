import Discord
import Testing

@Suite("Limits of messages")
struct MessageLimitsTests {
    private static func text(_ length: Int) -> String { String(repeating: "x", count: length) }

    private static func message(_ embed: Embed) -> MessagePayload { MessagePayload(embeds: [embed]) }

    private static func message(_ buttons: Button...) -> MessagePayload {
        MessagePayload(content: "x", components: [.actionRow(ActionRow(components: buttons.map(Component.button)))])
    }

    private static func message(_ select: SelectMenu) -> MessagePayload {
        MessagePayload(content: "x", components: [.row(select)])
    }

    private static func options(_ count: Int) -> SelectMenu.Choices {
        .options((0..<count).map { SelectOption(label: "\($0)", value: "\($0)") })
    }

    @Test(
        "what lies on a limit is sent",
        arguments: [
            MessagePayload(content: text(2000)),
            MessagePayload(content: String(repeating: "😀", count: 1000)),
            MessagePayload(content: "x", nonce: text(25)),
            message(Embed(title: text(256), description: text(4096))),
            message(Embed(description: text(4096), footer: .init(text: text(1904)))),
            message(Embed(fields: (0..<25).map { .init("\($0)", "v") })),
            message(Embed(fields: [.init(text(256), text(1024))])),
            message(Embed(image: .init(url: "attachment://a.png"))),
            message(Button(.primary, text(80), customID: text(100))),
            message(Button.link("Open", to: "https://example.org")),
            message(Button(style: .primary, emoji: PartialEmoji("👍"), customID: "a")),
            message(SelectMenu(customID: "a", choices: options(25), maximumValues: 25)),
            message(SelectMenu(customID: "a", choices: .users, minimumValues: 0, maximumValues: 25)),
            MessagePayload(files: (0..<10).map { FileUpload(filename: "\($0).txt", bytes: [1]) }),
        ])
    func accepts(payload: MessagePayload) throws {
        try payload.validate()
    }

    @Test(
        "what lies past a limit is named and never sent",
        arguments: [
            (MessagePayload(), ": a message needs content"),
            (MessagePayload(content: " \n"), ": a message needs content"),
            (MessagePayload(content: text(2001)), "content: 2001 characters of at most 2000"),
            (MessagePayload(content: String(repeating: "😀", count: 1001)), "content: 2002 characters"),
            (MessagePayload(content: "x", nonce: text(26)), "nonce: 26"),
            (MessagePayload(embeds: (0..<11).map { _ in Embed(title: "x") }), "embeds: 11 elements of at most 10"),
            (message(Embed(title: text(257))), "embeds[0].title: 257"),
            (message(Embed(description: text(4097))), "embeds[0].description: 4097"),
            (message(Embed(description: text(4096), footer: .init(text: text(1905)))), "embeds: 6001"),
            (message(Embed(footer: .init(text: text(2049)))), "embeds[0].footer.text: 2049"),
            (message(Embed(author: .init(name: text(257)))), "embeds[0].author.name: 257"),
            (message(Embed(fields: (0..<26).map { .init("\($0)", "v") })), "embeds[0].fields: 26"),
            (message(Embed(fields: [.init("n", "v"), .init("n", text(1025))])), "embeds[0].fields[1].value: 1025"),
            (message(Embed(fields: [.init("", "v")])), "embeds[0].fields[0].name: 0 characters of at least 1"),
            (message(Embed(color: 0x1000000)), "embeds[0].color: 16777216"),
            (message(Embed(url: "javascript:alert(1)")), "embeds[0].url: not an address"),
            (message(Embed(image: .init(url: "file:///etc/passwd"))), "embeds[0].image.url: not an address"),
            (message(Button(.primary, text(81), customID: "a")), "components[0].components[0].label: 81"),
            (message(Button(.primary, "x", customID: text(101))), "components[0].components[0].custom_id: 101"),
            (message(Button(.primary, "x", customID: "")), "components[0].components[0].custom_id: 0"),
            (message(Button(.primary, nil, customID: "a")), "components[0].components[0]: a button needs"),
            (message(Button.link("x", to: "nowhere")), "components[0].components[0].url: not an address"),
            (message(Button(.primary, "x", customID: "a"), Button(.danger, "y", customID: "a")), "used twice"),
            (
                MessagePayload(
                    content: "x",
                    components: [
                        .actionRow(
                            ActionRow(components: (0..<6).map { .button(Button(.primary, "x", customID: "\($0)")) }))
                    ]), "components[0].components: 6"
            ),
            (
                MessagePayload(
                    content: "x", components: (0..<6).map { .row(Button(.primary, "x", customID: "\($0)")) }),
                "components: 6"
            ),
            (MessagePayload(content: "x", components: [.actionRow(ActionRow())]), "components[0].components: 0"),
            (MessagePayload(content: "x", components: [.unknown(kind: 99, children: [])]), "cannot be sent"),
            (message(SelectMenu(customID: "a", choices: options(0))), "components[0].components[0].options: 0"),
            (message(SelectMenu(customID: "a", choices: options(26))), "components[0].components[0].options: 26"),
            (message(SelectMenu(customID: "a", choices: options(2), maximumValues: 3)), "max_values: 3"),
            (message(SelectMenu(customID: "a", choices: .roles, minimumValues: 2)), "min_values: 2"),
            (
                message(
                    SelectMenu(
                        customID: "a",
                        choices: .options([.init(label: "a", value: "1"), .init(label: "b", value: "1")]))),
                "options: used twice"
            ),
            (MessagePayload(files: (0..<11).map { FileUpload(filename: "\($0)", bytes: []) }), "files: 11"),
            (
                MessagePayload(content: "x", allowedMentions: AllowedMentions(allUsers: true, users: [1])),
                "allowed_mentions.users"
            ),
            (
                MessagePayload(
                    content: "x", allowedMentions: .users((1...101).map { UserID(rawValue: .init(rawValue: $0)) })),
                "allowed_mentions.users: 101"
            ),
        ] as [(MessagePayload, String)])
    func refuses(payload: MessagePayload, description: String) throws {
        let found = payload.violations.map { $0.path.isEmpty ? ": \($0)" : "\($0)" }
        #expect(found.contains { $0.contains(description) }, "\(found)")
        #expect(throws: LimitViolation.self) { try payload.validate() }
    }

    @Test("an edit may empty a message's parts, but adds no more files than a message can hold")
    func edits() throws {
        try MessageEdit(content: "", embeds: [], components: []).validate()
        let edit = MessageEdit(files: [FileUpload(filename: "a", bytes: [])], keptAttachments: (1...10).map { _ in 1 })
        #expect(edit.violations.map(\.description) == ["attachments: 11 elements of at most 10"])
    }
}

@Suite("Limits of modals, commands and channels")
struct OtherLimitsTests {
    private static func text(_ length: Int) -> String { String(repeating: "x", count: length) }

    private static func modal(title: String = "t", _ components: Component...) -> ModalPayload {
        ModalPayload(customID: "m", title: title, components: components)
    }

    private static func command(_ options: CommandOption...) -> CommandDefinition {
        CommandDefinition(name: "seat", description: "Shows a seat", options: options)
    }

    private static func option(
        _ name: String, _ kind: CommandOptionKind = .string, required: Bool = false, _ options: [CommandOption] = []
    ) -> CommandOption {
        CommandOption(kind: kind, name: name, description: "d", isRequired: required, options: options)
    }

    @Test("payloads within the limits are sent")
    func accepts() throws {
        try Self.modal(.row(TextInput(customID: "a", label: Self.text(45)))).validate()
        try Self.modal(
            .label(ComponentLabel(label: "Clan", component: .select(SelectMenu(customID: "a", choices: .roles)))),
            .text("Read **this**")
        ).validate()
        try Self.command(Self.option("clan-tag", required: true), Self.option("days", .integer)).validate()
        try Self.command(Self.option("perm", .subcommandGroup, [Self.option("list", .subcommand, [Self.option("a")])]))
            .validate()
        try CommandDefinition(name: "größe", description: "d").validate()
        try CommandDefinition(kind: .user, name: "Show Seat").validate()
        try ThreadPayload(name: Self.text(100), autoArchiveMinutes: 10_080).validate()
        try ChannelEdit(topic: .set(Self.text(1024)), rateLimitPerUser: 21_600).validate()
        try EmojiPayload(name: "seat_1", image: [1], contentType: "image/png").validate()
        try InteractionResponse.autocomplete([CommandChoice(name: "a", value: .string("b"))]).validate()
    }

    @Test(
        "payloads past a limit are named",
        arguments: [
            (modal(title: text(46), .row(TextInput(customID: "a", label: "l"))), "title: 46"),
            (modal(), "components: 0"),
            (modal(.row(TextInput(customID: "a", label: text(46)))), "components[0].components[0].label: 46"),
            (modal(.row(TextInput(customID: "a"))), "components[0].components[0].label: 0"),
            (modal(.row(TextInput(customID: "a", label: "l", maximumLength: 4001))), "max_length: 4001"),
            (modal(.row(TextInput(customID: "a", label: "l", value: text(4001)))), "value: 4001"),
            (modal(.row(Button(.primary, "b", customID: "b"))), "is no text input"),
            (
                modal(.row(TextInput(customID: "a", label: "l")), .row(TextInput(customID: "a", label: "l"))),
                "components: used twice"
            ),
            (command(option("Clan")), "options[0].name: only small letters"),
            (command(option("clan tag")), "options[0].name: only small letters"),
            (command(option("a"), option("b", required: true)), "required options come before"),
            (command(option("a"), option("a")), "options: used twice"),
            (command(option("a", .subcommand), option("b")), "subcommands stand beside nothing else"),
            (command(option("a", .subcommandGroup)), "options[0].options: 0"),
            (command(option("a", .string, [option("b")])), "only subcommands have options"),
            (
                CommandDefinition(
                    name: "a", description: "d",
                    options: [CommandOption(kind: .string, name: "o", description: "d", choices: choices(26))]),
                "options[0].choices: 26"
            ),
            (
                CommandDefinition(
                    name: "a", description: "d",
                    options: (0..<5).map {
                        CommandOption(
                            kind: .string, name: "o\($0)", description: "d",
                            choices: choices(25, padding: 90))
                    }), ": 11"
            ),
            (CommandDefinition(kind: .user, name: "a", description: "d"), "description: 1"),
            (ThreadPayload(name: ""), "name: 0"),
            (ThreadPayload(name: text(101)), "name: 101"),
            (ThreadPayload(name: "a", autoArchiveMinutes: 90), "auto_archive_duration"),
            (ThreadPayload(name: "a", kind: .text), "type: is no kind of thread"),
            (ChannelEdit(name: text(101)), "name: 101"),
            (ChannelEdit(topic: .set(text(1025))), "topic: 1025"),
            (ChannelEdit(rateLimitPerUser: 21_601), "rate_limit_per_user: 21601"),
            (MemberEdit(nickname: .set(text(33))), "nick: 33"),
            (EmojiPayload(name: "a-b", image: [1], contentType: "image/png"), "name: only letters"),
            (InteractionResponse.autocomplete(choices(26)), "choices: 26"),
            (InteractionResponse.modal(modal()), "components: 0"),
        ] as [(any LimitedPayload, String)])
    func refuses(payload: any LimitedPayload, description: String) {
        let found = payload.violations.map { $0.path.isEmpty ? ": \($0)" : "\($0)" }
        #expect(found.contains { $0.contains(description) }, "\(found)")
    }

    private static func choices(_ count: Int, padding: Int = 0) -> [CommandChoice] {
        (0..<count).map { CommandChoice(name: "\($0)" + text(padding), value: .integer($0)) }
    }
}
