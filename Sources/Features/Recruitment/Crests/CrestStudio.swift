public import Cluster
import Configuration
public import Discord
public import Imaging
public import Service

/// Makes clan crests: the guild emoji named like the tag, trimmed and centred on a square canvas.
///
/// Finished images are kept, so that a card costs a download once. Source: recruitment chapter, sections 5 and 14.3.
public actor CrestStudio {
    /// The size of a crest.
    public struct Format: Sendable, Hashable {
        /// The canvas edge in pixels.
        public var edge: Int
        /// The share of the edge that the drawing fills.
        public var box: Double

        /// Describes a size.
        public init(edge: Int, box: Double) {
            self.edge = edge
            self.box = box
        }
    }

    private struct Key: Hashable {
        var emoji: EmojiID
        var format: Format
    }

    /// Finished images that are kept at most.
    private static let capacity = 500

    private let rest: RESTClient
    private let view: GuildViewStore
    private let imaging: ImageProcessor
    private let logger: Logger
    private var finished: [Key: [UInt8]] = [:]
    private var order: [Key] = []

    /// Creates a studio.
    public init(rest: RESTClient, view: GuildViewStore, imaging: ImageProcessor, logger: Logger) {
        self.rest = rest
        self.view = view
        self.imaging = imaging
        self.logger = logger.named("c1c.recruitment.emoji")
    }

    /// The emoji that is a clan's crest in a guild: named exactly like the tag's cell, else in any case, else like the
    /// normalised tag.
    public nonisolated func emoji(of clan: Clan, in guild: GuildID?) -> Emoji? {
        guard let guild, let view = view.snapshot[guild] else { return nil }
        let text = clan[.tag]
        let emojis = view.emojis
        return emojis.first { $0.name == text }
            ?? emojis.first { $0.name.lowercased() == text.lowercased() }
            ?? emojis.first { $0.name.uppercased() == clan.tag.text }
    }

    /// The crest as a file for a message; nil where the clan has none or it cannot be made.
    public func attachment(of clan: Clan, in guild: GuildID?, _ format: Format) async -> FileUpload? {
        guard let emoji = emoji(of: clan, in: guild), let bytes = await image(of: emoji, format) else { return nil }
        return FileUpload(filename: "\(clan.tag.text.lowercased())-badge.png", contentType: "image/png", bytes: bytes)
    }

    private func image(of emoji: Emoji, _ format: Format) async -> [UInt8]? {
        let key = Key(emoji: emoji.id, format: format)
        if let bytes = finished[key] { return bytes }
        let fields: KeyValuePairs<String, LogValue> = ["emoji_id": .string("\(emoji.id)")]
        let source: [UInt8]
        do {
            source = try await rest.cdnFile(emoji.stillPath)
        } catch {
            logger.error("failed to read emoji payload", fields, error: error)
            return nil
        }
        do {
            let bytes = try await imaging.crest(from: source, edge: format.edge, box: format.box)
            keep(bytes, for: key)
            return bytes
        } catch {
            logger.error("failed to decode emoji image", fields, error: error)
            return nil
        }
    }

    private func keep(_ bytes: [UInt8], for key: Key) {
        if finished.updateValue(bytes, forKey: key) == nil { order.append(key) }
        if order.count > Self.capacity { finished[order.removeFirst()] = nil }
    }
}
