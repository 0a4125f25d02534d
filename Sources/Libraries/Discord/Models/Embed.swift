public import Service

/// A framed block of a message. Source: Discord documentation, Resources, "Embed Object".
///
/// ```swift
/// var embed = Embed(title: "Seats", color: 0x2F6F4F)
/// embed.fields.append(Embed.Field("AAA", "2 open", isInline: true))
/// ```
public struct Embed: Sendable, Hashable {
    /// `rich` for those sent by bots, `link`, `image`, `video`, … for those that Discord made of links.
    public var kind: String?
    /// Heading.
    public var title: String?
    /// Text below the heading.
    public var description: String?
    /// Where the heading leads.
    public var url: String?
    /// Instant shown in the footer.
    public var timestamp: Timestamp?
    /// Colour of the edge as 0xRRGGBB.
    public var color: Int?
    /// Last line.
    public var footer: Footer?
    /// Large picture.
    public var image: Image?
    /// Small picture at the upper right.
    public var thumbnail: Image?
    /// Line above the heading.
    public var author: Author?
    /// Pairs of name and value.
    public var fields: [Field]
    /// Makes one from its fields.
    public init(
        kind: String? = nil,
        title: String? = nil,
        description: String? = nil,
        url: String? = nil,
        timestamp: Timestamp? = nil,
        color: Int? = nil,
        footer: Footer? = nil,
        image: Image? = nil,
        thumbnail: Image? = nil,
        author: Author? = nil,
        fields: [Field] = []
    ) {
        self.kind = kind
        self.title = title
        self.description = description
        self.url = url
        self.timestamp = timestamp
        self.color = color
        self.footer = footer
        self.image = image
        self.thumbnail = thumbnail
        self.author = author
        self.fields = fields
    }

    /// A pair of name and value.
    public struct Field: Sendable, Hashable {
        /// Heading of the field.
        public var name: String
        /// Text of the field.
        public var value: String
        /// Whether others may stand beside it.
        public var isInline: Bool

        /// Makes a field.
        public init(_ name: String, _ value: String, isInline: Bool = false) {
            self.name = name
            self.value = value
            self.isInline = isInline
        }
    }

    /// The last line.
    public struct Footer: Sendable, Hashable {
        /// Its text.
        public var text: String
        /// A small round picture before it: `http(s)` or `attachment://` address.
        public var iconURL: String?
        /// Makes a footer.
        public init(
            text: String,
            iconURL: String? = nil
        ) {
            self.text = text
            self.iconURL = iconURL
        }
    }

    /// The line above the heading.
    public struct Author: Sendable, Hashable {
        /// Its text.
        public var name: String
        /// Where it leads.
        public var url: String?
        /// A small round picture before it: `http(s)` or `attachment://` address.
        public var iconURL: String?
        /// Makes an author line.
        public init(
            name: String,
            url: String? = nil,
            iconURL: String? = nil
        ) {
            self.name = name
            self.url = url
            self.iconURL = iconURL
        }
    }

    /// A picture.
    public struct Image: Sendable, Hashable {
        /// `http(s)` address, or `attachment://` and the name of a file of the same message.
        public var url: String
        /// The same through Discord's image proxy; only in embeds received.
        public var proxyURL: String?
        /// Pixels; only in embeds received.
        public var width: Int?
        /// Pixels; only in embeds received.
        public var height: Int?
        /// Makes a picture of an address.
        public init(
            url: String,
            proxyURL: String? = nil,
            width: Int? = nil,
            height: Int? = nil
        ) {
            self.url = url
            self.proxyURL = proxyURL
            self.width = width
            self.height = height
        }
    }
}
