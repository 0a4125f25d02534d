import Configuration
import Service
import Spreadsheets

/// A row of the reaction roles: who reacts with an emoji to a message wired to a key gets a role.
///
/// Source: sheets chapter, section 6.8.
public struct ReactionRole: Sendable, Hashable {
    /// What messages are wired to, lower case.
    public var key: String
    /// A Unicode emoji or `<:name:id>`.
    public var emoji: String
    /// The role.
    public var roleID: UInt64
    /// The only channel and thread where it counts; nil for anywhere.
    public var channelID, threadID: UInt64?
    /// Whether the row counts at present.
    public var isActive: Bool

    private static let affirmations: Set<String> = ["1", "true", "yes", "y"]

    /// The usable rows. One without key or emoji is left out, one whose role is no id with a warning.
    static func roles(in block: CellBlock, logger: Logger) throws(LoadFailure) -> [ReactionRole] {
        let records = try TabRecords(block)
        return records.rows.compactMap { row in
            let (key, emoji) = (records.text(row, "KEY").lowercased(), records.text(row, "EMOJI"))
            guard !key.isEmpty, !emoji.isEmpty else { return nil }
            guard let role = TypedCell.id(in: records.text(row, "ROLE_ID")).value else {
                logger.warning(
                    "reaction role row skipped: invalid role_id", ["key": .string(key), "row": .int(row.number)])
                return nil
            }
            return ReactionRole(
                key: key, emoji: emoji, roleID: role,
                channelID: TypedCell.id(in: records.text(row, "CHANNEL_ID")).value,
                threadID: TypedCell.id(in: records.text(row, "THREAD_ID")).value,
                isActive: affirmations.contains(records.text(row, "ACTIVE").lowercased()))
        }
    }
}
