/// The picture of every guild that the bot is in, at one moment. A value: it never changes while somebody reads it.
public struct GuildViews: Sendable {
    /// The bot's own user, once known.
    public internal(set) var ownUser: User?
    var table: [GuildID: GuildView] = [:]

    init() {}

    /// A guild.
    public subscript(_ id: GuildID) -> GuildView? { table[id] }

    /// Every guild known, the oldest first.
    public var all: [GuildView] { table.values.sorted { $0.id < $1.id } }

    /// A channel or thread of any guild.
    public func channel(_ id: ChannelID) -> Channel? {
        for guild in table.values {
            if let channel = guild.channel(id) { return channel }
        }
        return nil
    }

    /// A custom emoji of any guild.
    public func emoji(_ id: EmojiID) -> Emoji? {
        for guild in table.values {
            if let emoji = guild.emoji(id) { return emoji }
        }
        return nil
    }

    /// A channel as people know it; `#unknown` if it is not known.
    public func label(of channel: ChannelID?, in guild: GuildID?) -> String {
        guild.flatMap { table[$0]?.label(of: channel) } ?? "#unknown"
    }

    /// A user as people know them; `unknown` if they were neither seen nor asked for.
    public func label(of user: UserID?, in guild: GuildID?) -> String {
        guard let user else { return "unknown" }
        return guild.flatMap { table[$0]?.displayName(of: user) } ?? "unknown"
    }

    /// A guild as people know it: its name, `guild` if it has none, `unknown guild` if it is not known.
    public func label(of guild: GuildID?) -> String {
        guild.flatMap { table[$0]?.label } ?? "unknown guild"
    }
}
