import Bot
import Cluster
import Discord
import Service

extension Placement {
    /// `!reserve extend <@user|id> <clantag> <YYYY-MM-DD>`. Source: placement chapter, section 6.
    var extend: Command {
        Command(
            "reserve extend", usage: "reserve extend @user <clan_tag> <YYYY-MM-DD>",
            arguments: [
                Argument("user", .word, about: "Whose seat is held", completes: recruits),
                Argument("clan_tag", .word, about: "The clan's tag", completes: tags),
                Argument("date", .word, about: "The new last day, YYYY-MM-DD", completes: days),
            ],
            access: Self.access,
            help: CommandHelp(
                .staff, .recruitment, .section(.recruitment),
                summary: "Moves the last day of a held seat.",
                detail: "Works in any channel of the server. The date may be earlier than before, but not in the past.",
                tip: "A recruit who left the server is named by their user id."),
            run: extendHold)
    }

    /// `!reserve release <@user|id> <clantag>`. Source: placement chapter, section 7.
    var release: Command {
        Command(
            "reserve release", usage: "reserve release @user <clan_tag>",
            arguments: [
                Argument("user", .word, about: "Whose seat is held", completes: recruits),
                Argument("clan_tag", .word, about: "The clan's tag", completes: tags),
            ], access: Self.access,
            help: CommandHelp(
                .staff, .recruitment, .section(.recruitment),
                summary: "Gives a held seat back.",
                detail: "Works in any channel of the server. The ticket is told and gets its open name back.",
                tip: "A recruit who left the server is named by their user id."),
            run: releaseHold)
    }

    @Sendable
    private func extendHold(_ invocation: Invocation, _ responder: Responder) async throws {
        let words = invocation.line.words
        guard words.count >= 3 else { throw Refusal(HoldView.extendUsage, result: .usage) }
        let (changes, subject) = try await changes(words, invocation)
        try await changes.extend(subject, until: words[2]) { try await responder.reply($0) }
    }

    @Sendable
    private func releaseHold(_ invocation: Invocation, _ responder: Responder) async throws {
        let words = invocation.line.words
        guard words.count >= 2 else { throw Refusal(HoldView.releaseUsage, result: .usage) }
        let (changes, subject) = try await changes(words, invocation)
        try await changes.release(subject) { try await responder.reply($0) }
    }

    private func changes(
        _ words: [String], _ invocation: Invocation
    ) async throws(Refusal) -> (HoldChanges, HoldChanges.Subject) {
        guard let guild = invocation.guildID else { throw Refusal(AccessPolicy.serverOnly, result: .denied) }
        guard let user = UserID(reference: words[0]) else { throw Refusal(HoldView.unclearMember, result: .usage) }
        let clan = try await services.clan(words[1])
        return (
            HoldChanges(
                services: services,
                place: .init(guild: guild, asked: HoldFlow.Asked(invocation), cause: invocation.key)),
            HoldChanges.Subject(user: user, label: clan[.tag], tag: clan.tag)
        )
    }
}

extension HoldFlow.Asked {
    /// Whoever acted.
    /// - Parameter isButton: whether the answer is an edit of the message whose button was pressed.
    init(_ invocation: Invocation, isButton: Bool = false) {
        channel = invocation.channelID
        person = invocation.caller.id
        self.isButton = isButton
        switch invocation.cause {
        case .message(let message): self.message = message.id
        case .interaction(let interaction): message = isButton ? interaction.message?.id : nil
        case .reaction: break
        }
    }
}
