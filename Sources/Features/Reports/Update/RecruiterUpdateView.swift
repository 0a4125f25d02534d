import Bot
import Discord
import Service

/// What the Daily Recruiter Update looks like. Source: recruitment chapter, section 9.3.
struct RecruiterUpdateView: Sendable {
    /// A page of the update.
    enum Page: String, Sendable, CaseIterable {
        case summary = "open_spots_summary"
        case details = "open_spots_details"

        /// The label of its button.
        var label: String {
            switch self {
            case .summary: "Summary"
            case .details: "Bracket Details"
            }
        }
    }

    let figures: RecruiterFigures
    /// When they were read.
    let readAt: Timestamp

    /// Colour of both pages.
    static let color = 0x11_806A

    /// What a message of the update of a day begins with.
    static func heading(_ date: String) -> String { "# Update \(date)" }

    /// The whole message, which pings these roles if it has anything to show.
    func message(_ date: String, recruiters: [RoleID]) -> MessagePayload {
        // A mention must not be cut, nor must Discord refuse a list of roles that is too long.
        var content = Self.heading(date)
        var pinged: [RoleID] = []
        for role in recruiters.sorted().prefix(Limits.allowedMentions) {
            let line = "\n<@&\(role)>"
            guard content.utf16.count + line.utf16.count <= Limits.content else { break }
            content += line
            pinged.append(role)
        }
        return MessagePayload(
            content: content, embeds: [embed(.summary)], components: Self.buttons(showing: .summary),
            allowedMentions: .roles(figures.isEmpty ? [] : pinged))
    }

    /// One page.
    func embed(_ page: Page) -> Embed {
        switch page {
        case .summary: summary
        case .details: details
        }
    }

    /// The buttons below a page; that of the page itself cannot be pressed.
    static func buttons(showing page: Page) -> [Component] {
        func button(_ target: Page) -> Button {
            Button(.secondary, target.label, customID: target.rawValue, isDisabled: target == page)
        }
        return [.row(button(.summary), button(.details))]
    }

    private var summary: Embed {
        let frame = Embed(
            title: "Summary Open Spots", color: Self.color,
            footer: .init(
                text: "last updated \(readAt.minuteText) • daily snapshot, for most accurate numbers use `!clanmatch`"))
        let blocks = [("General Overview", figures.general), ("Per Bracket", figures.brackets)]
        return LineBlocks(blocks, divider: Embed.Field(EmbedLayout.noName, "▫▪▫▪▫▪▫"), Self.text).embed(in: frame)
    }

    private var details: Embed {
        let blocks = RecruiterFigures.Group.allCases.map { ($0.title, figures.details[$0] ?? []) }
        return LineBlocks(blocks, Self.text).embed(in: Embed(title: "Bracket Details", color: Self.color))
    }

    /// Longer keys are cut.
    private static let longestKey = 100

    private static func text(of line: RecruiterFigures.Line) -> String {
        "🔹 **\(line.key.truncated(toUTF16: longestKey)):** open \(line.open)"
            + " | inactives \(line.inactives) | reserved \(line.reserved)"
    }
}

/// Blocks of lines as the fields of one embed. A block that is too long for a field goes on in further ones, and what is too
/// much for an embed is counted in the block's last line, so that Discord never refuses a report.
struct LineBlocks: Sendable {
    private var blocks: [(name: String, lines: [String], dropped: Int)]
    private let divider: Embed.Field?

    /// Blocks with their names; those without rows are left out.
    /// - Parameters:
    ///   - divider: stands between two blocks.
    ///   - text: gives the line of a row.
    init<Row>(_ blocks: [(name: String, rows: [Row])], divider: Embed.Field? = nil, _ text: (Row) -> String) {
        self.blocks = blocks.filter { !$0.rows.isEmpty }.map { name, rows in
            let lines = rows.prefix(Self.mostLines).map(text)
            return (name, lines, rows.count - lines.count)
        }
        self.divider = divider
    }

    /// No embed can hold more.
    private static let mostLines = 200

    /// The frame with the fields, within the limits of an embed.
    func embed(in frame: Embed) -> Embed {
        var left = self
        while true {
            var embed = frame
            embed.fields = left.fields
            if embed.fields.count <= Limits.embedFields, embed.textLength <= EmbedLayout.messageBudget { return embed }
            guard left.shorten() else { return embed.fitted() }
        }
    }

    /// Drops the last lines of the longest block.
    private mutating func shorten() -> Bool {
        guard let longest = blocks.indices.max(by: { blocks[$0].lines.count < blocks[$1].lines.count }),
            blocks[longest].lines.count > 1
        else { return false }
        let surplus = max(1, blocks[longest].lines.count / 8)
        blocks[longest].lines.removeLast(surplus)
        blocks[longest].dropped += surplus
        return true
    }

    private var fields: [Embed.Field] {
        var fields: [Embed.Field] = []
        for block in blocks {
            if let divider, !fields.isEmpty { fields.append(divider) }
            let rest = block.dropped > 0 ? ["… \(block.dropped) more"] : []
            fields += EmbedLayout.fields(block.name, block.lines + rest, continuation: "\(block.name) (cont.)")
        }
        return fields
    }
}
