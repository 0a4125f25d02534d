import Cluster
import Configuration
import Discord
import Service

/// Puts crests on cards: each as a file of the message that shows it, else by an address that Discord fetches itself.
/// Source: recruitment chapter, sections 4 and 5.
struct CrestFrame: Sendable {
    let crests: CrestStudio
    let registry: Registry

    /// Crests that are made at the same time.
    private static let width = 5

    /// The cards with their crests as thumbnails, and the files of the message that shows them. Files of one message have
    /// different names.
    func framed(
        _ cards: [(embed: Embed, clan: Clan)], in guild: GuildID?
    ) async -> (embeds: [Embed], files: [FileUpload]) {
        let format = CrestStudio.Format(edge: registry[\.media.badgeSize], box: registry[\.media.badgeBox])
        let crests = await cards.map(\.clan).mapConcurrently(atMost: Self.width) { [crests] clan in
            await crests.attachment(of: clan, in: guild, format)
        }
        var names: Set<String> = []
        var files: [FileUpload] = []
        let embeds = zip(cards, crests).enumerated().map { index, pair in
            var (card, crest) = pair
            if let name = crest?.filename, !names.insert(name).inserted { crest?.filename = "\(index)-\(name)" }
            if let crest { files.append(crest) }
            let address = crest?.url ?? self.address(of: card.clan, in: guild)
            card.embed.thumbnail = address.map { Embed.Image(url: $0) }
            return card.embed
        }
        return (embeds, files)
    }

    /// The address of a crest: padded by our proxy, or the raw emoji where that is allowed.
    private func address(of clan: Clan, in guild: GuildID?) -> String? {
        guard let emoji = crests.emoji(of: clan, in: guild) else { return nil }
        let source = "https://cdn.discordapp.com\(emoji.stillPath)"
        if let base = registry.publicBaseURL {
            return EmojiPadLink(base: base, emoji: emoji.id, source: source, registry: registry).url
        }
        return registry[\.media.strictEmojiProxy] ? nil : source
    }
}
