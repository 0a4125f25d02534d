import HTTPClient

/// An address of the API, in the terms in which Discord limits and a log names it.
///
///     Route(.put, "channels", .major(channel), "messages", .id(message), "reactions", .text("👋"), "@me")
///
/// Source: Discord documentation, Topics, "Rate Limits".
struct Route: Sendable, Hashable {
    /// A part of a path between two slashes.
    enum Segment: Sendable, Hashable, ExpressibleByStringLiteral {
        /// A fixed word.
        case word(String)
        /// The id that splits the route's limit: each guild, channel or webhook has a bucket of its own.
        case major(String)
        /// A token; together with the id before it, it splits the limit. Appears in no log.
        case secret(String)
        /// Anything else; percent-encoded.
        case text(String)

        init(stringLiteral value: String) { self = .word(value) }

        static func major<Tag>(_ id: ID<Tag>) -> Segment { .major(id.description) }
        static func id<Tag>(_ id: ID<Tag>) -> Segment { .text(id.description) }
    }

    /// Which of Discord's limits apply.
    enum Kind: Sendable, Hashable {
        /// The route's bucket and the limit of the whole bot.
        case bot
        /// The route's bucket alone: answers to interactions do not count against the bot's limit.
        case interaction
    }

    let method: HTTPMethod
    /// The path below the base address, with a leading slash.
    let path: String
    /// Method and path without ids, as in `GET /channels/{}/messages`.
    let pattern: String
    /// What splits the limit; empty for routes without such an id.
    let major: String
    let kind: Kind
    /// Whether Discord limits the route in a way that its headers do not tell: a refusal then concerns this route alone,
    /// and not the others that share its bucket.
    let hasHiddenLimit: Bool

    init(
        _ method: HTTPMethod, _ segments: Segment..., kind: Kind = .bot, variant: String? = nil
    ) {
        self.method = method
        self.kind = kind
        hasHiddenLimit = variant != nil
        var path = ""
        var pattern = "\(method.rawValue) "
        var major: [String] = []
        for segment in segments {
            switch segment {
            case .word(let word):
                path += "/\(word)"
                pattern += "/\(word)"
            case .major(let text), .secret(let text):
                path += "/\(PercentEncoding.encode(text))"
                pattern += "/{}"
                major.append(text)
            case .text(let text):
                path += "/\(PercentEncoding.encode(text))"
                pattern += "/{}"
            }
        }
        if let variant { pattern += " \(variant)" }
        self.path = path
        self.pattern = pattern
        self.major = major.joined(separator: "/")
    }
}
