public import Discord

/// Divides what is too long for one field, embed or message, so that nothing is cut and Discord refuses nothing.
///
/// ```swift
/// let fields = EmbedLayout.fields("Roles", lines, as: .code(language: "ini"))
/// try await responder.reply(embeds: EmbedLayout.embeds(of: fields, in: Embed(title: "Settings")))
/// ```
///
/// Source: coreops chapter, section 2.4, whose budgets leave some room below Discord's limits.
public enum EmbedLayout {
    /// The most UTF-16 units of a field's value, fences included.
    public static let fieldBudget = 1000
    /// The most fields of an embed.
    public static let fieldsPerEmbed = 20
    /// The most UTF-16 units of all embeds of a message together.
    public static let messageBudget = 5800

    /// The name of a field that shows none: a zero width space.
    public static let noName = "\u{200B}"

    /// How the lines of a field are shown.
    public enum Style: Sendable, Hashable {
        /// As they are.
        case plain
        /// In a code block; the language colours it and may be empty.
        case code(language: String)

        fileprivate var overhead: Int {
            switch self {
            case .plain: 0
            case .code(let language): "```\n\n```".utf16.count + language.utf16.count
            }
        }

        fileprivate func value(_ lines: [String]) -> String {
            let text = lines.joined(separator: "\n")
            return switch self {
            case .plain: text
            case .code(let language): text.codeBlock(language: language)
            }
        }
    }

    /// Packs lines into as few fields as hold them, in order. A line that is too long for a field is broken.
    /// - Parameter continuation: the name of the second and every further field.
    public static func fields(
        _ name: String, _ lines: [String], as style: Style = .plain, continuation: String = noName
    ) -> [Embed.Field] {
        let budget = fieldBudget - style.overhead
        var packs: [[String]] = []
        var length = 0
        for line in lines.flatMap({ pieces(of: $0, budget) }) {
            let cost = cost(of: line) + 1
            if packs.isEmpty || length + cost > budget {
                packs.append([line])
                length = cost
            } else {
                packs[packs.count - 1].append(line)
                length += cost
            }
        }
        return packs.enumerated().map { index, lines in
            Embed.Field(index == 0 ? name : continuation, style.value(lines))
        }
    }

    /// Blank lines stay: they set blocks apart.
    private static func pieces(of line: String, _ budget: Int) -> [String] {
        let cost = cost(of: line)
        guard cost >= budget else { return [line] }
        return line.chunked(toUTF16: max((budget - 1) / (cost == line.utf16.count ? 1 : 2), 1))
    }

    /// UTF-16 units that a line takes at most: a fence inside it is broken up by one more for each backtick.
    private static func cost(of line: String) -> Int {
        line.utf16.count + line.utf8.count { $0 == UInt8(ascii: "`") }
    }

    /// Spreads fields over as few embeds as hold them, in order; each has the title, colour and footer of `frame`, the
    /// first one its description too.
    public static func embeds(of fields: [Embed.Field], in frame: Embed) -> [Embed] {
        var first = frame
        first.fields = []
        var further = first
        further.description = nil
        var embeds = [first]
        for field in fields {
            let last = embeds[embeds.count - 1]
            let length = last.textLength + field.name.utf16.count + field.value.utf16.count
            let isFull = last.fields.count >= fieldsPerEmbed || length > messageBudget
            if isFull, !last.fields.isEmpty { embeds.append(further) }
            embeds[embeds.count - 1].fields.append(field)
        }
        return embeds
    }

    /// Spreads embeds over as few messages as hold them, in order.
    public static func messages(of embeds: [Embed]) -> [[Embed]] {
        var messages: [[Embed]] = []
        var length = 0
        for embed in embeds {
            if let last = messages.last, last.count < Limits.embeds, length + embed.textLength <= messageBudget {
                messages[messages.count - 1].append(embed)
                length += embed.textLength
            } else {
                messages.append([embed])
                length = embed.textLength
            }
        }
        return messages
    }
}

extension Responder {
    /// Answers with embeds, in as many messages as they need. Nobody is pinged.
    public func reply(embeds: [Embed]) async throws {
        for (index, embeds) in EmbedLayout.messages(of: embeds).enumerated() {
            try await reply(
                MessagePayload(embeds: embeds, allowedMentions: .none),
                step: index == 0 ? "reply" : "reply-\(index + 1)")
        }
    }
}

extension Embed {
    /// The embed with every text passed through `mask`.
    public func masked(by mask: (String) -> String) -> Embed {
        var embed = self
        embed.title = title.map(mask)
        embed.description = description.map(mask)
        embed.footer = footer.map { Footer(text: mask($0.text), iconURL: $0.iconURL) }
        embed.author = author.map { Author(name: mask($0.name), url: $0.url, iconURL: $0.iconURL) }
        embed.fields = fields.map { Field(mask($0.name), mask($0.value), isInline: $0.isInline) }
        return embed
    }
}
