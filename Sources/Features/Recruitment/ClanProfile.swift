public import Books
public import Bot
import Cluster
public import Configuration
public import Discord
public import Service

/// `!clan <tag>`: a clan's public card, which everybody can flip to its entry criteria with 💡.
///
/// A card carries all that flipping it needs: the tag in its title, the face in its footer. Source: recruitment chapter,
/// sections 4, 5 and 8.
public struct ClanProfile: Feature {
    private let roster: Roster
    private let crests: CrestStudio
    private let rest: RESTClient
    private let flips: CardFlips
    private let registry: @Sendable () -> Registry
    private let logger: Logger

    public let name = "clan_profile"
    public let gate = Gate.toggle("clan_profile")
    public var moduleLogName: String? { "clan_profile" }

    public var commands: [Command] {
        [
            Command(
                "clan",
                arguments: [
                    Argument(
                        "tag", .word, orSay: "name a clan by its tag, for example `!clan WKAS`.",
                        about: "The clan's tag or name",
                        completes: .matching { _ in
                            try await roster.tags().map { Completion.Choice($0.tag, label: $0.label) }
                        })
                ], access: .anyone,
                help: CommandHelp(
                    .user, .recruitment, .section(.recruitment),
                    summary: "Shows a clan's card.",
                    detail: "Shows who leads a clan and what it plays. React with 💡 to see what it asks for.",
                    tip: "The clan's name works too: `!clan frost heralds`."),
                run: show)
        ]
    }

    public var listeners: [Listener] {
        [Listener("clan_card_flip", access: .anyone, on: .reactionAdded(flip))]
    }

    /// Creates the feature.
    public init(
        roster: Roster, crests: CrestStudio, rest: RESTClient, registry: @escaping @Sendable () -> Registry,
        logger: Logger, activity: ActivityCounter
    ) {
        self.roster = roster
        self.crests = crests
        self.rest = rest
        self.registry = registry
        self.logger = logger
        flips = CardFlips(rest: rest, logger: logger, activity: activity)
    }

    @Sendable
    private func show(_ invocation: Invocation, _ responder: Responder) async throws {
        let word = invocation.line.text("tag") ?? ""
        guard let clan = try await clan(word: word, text: invocation.line.text) else {
            try await responder.reply(MessagePayload(embeds: [Self.unknown(word)], allowedMentions: .none))
            return
        }
        let (embed, files) = await card(.profile, of: clan, in: invocation.guildID)
        let payload = MessagePayload(embeds: [embed], allowedMentions: .none, files: files)
        guard let card = try await responder.post(payload, step: "card") else { return }
        await ignoringFailure("card not marked with its reaction") {
            try await responder.react(PartialEmoji(ClanCard.flipEmoji), to: card.id)
        }
        await ignoringFailure("invocation not deleted") { try await responder.deleteInvocation() }
    }

    @Sendable
    private func flip(_ change: ReactionChange, _ invocation: Invocation, _ responder: Responder) async throws {
        guard change.emoji.name == ClanCard.flipEmoji, change.emoji.id == nil else { return }
        await flips.add(change) { message in
            guard message.author.id == invocation.bot, let shown = message.embeds.first,
                let (face, tag) = ClanCard.reading(shown), let clan = try await roster.clans()[tag]
            else { return nil }
            return { try await show(face.flipped, of: clan, on: message.id, in: change) }
        }
    }

    private func show(
        _ face: ClanCard.Face, of clan: Clan, on message: MessageID, in change: ReactionChange
    ) async throws {
        let (embed, files) = await card(face, of: clan, in: change.guildID)
        // The crest goes along again: Discord does not list a file that an embed shows, so it cannot be kept by name.
        let edit = MessageEdit(
            embeds: [embed], allowedMentions: AllowedMentions.none, files: files, keptAttachments: [])
        _ = try await rest.editMessage(message, in: change.channelID, edit.fitted())
    }

    /// One face of a clan's card with its crest.
    private func card(
        _ face: ClanCard.Face, of clan: Clan, in guild: GuildID?
    ) async -> (embed: Embed, files: [FileUpload]) {
        let card = ClanCard.embed(face, of: clan)
        let (embeds, files) = await CrestFrame(crests: crests, registry: registry()).framed([(card, clan)], in: guild)
        return (embeds[0], files)
    }

    /// The clan with the tag that was typed, else the one with the name.
    private func clan(word: String, text: String) async throws -> Clan? {
        do {
            let clans = try await roster.clans()
            if let tag = ClanTag(word), tag.text.count >= 2, let clan = clans[tag] { return clan }
            return clans.clan(named: text)
        } catch {
            logger.warning("clan roster unavailable", error: error)
            throw Refusal("Clan data is still warming up. Please try again in a moment.", result: .error)
        }
    }

    private static func unknown(_ word: String) -> Embed {
        let tag = ClanTag(word).map(\.text) ?? ""
        let shown = (tag.count >= 2 ? tag : word).filter { $0 != "`" }.prefix(100)
        var embed = Embed(description: "Unknown clan tag `\(shown)`.")
        embed.color = 0xE74C3C
        return embed
    }

    private func ignoringFailure(_ message: String, _ body: () async throws -> Void) async {
        do {
            try await body()
        } catch {
            logger.debug(message, error: error)
        }
    }
}
