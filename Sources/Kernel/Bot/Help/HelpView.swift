import Discord

/// Turns help into messages. Source: coreops chapter, sections 6.5 and 6.6.
struct HelpView: Sendable {
    /// Discord's blurple.
    static let color = 0x5865F2
    /// The most characters of a field.
    private static let fieldLimit = 800

    var botName: String
    /// `Bot v… · CoreOps v…`.
    var footer: String

    /// The overview: an introduction, then one embed per audience.
    func overview(_ overview: HelpOverview) -> [Embed] {
        guard !overview.audiences.isEmpty else { return [] }
        var introduction = frame("\(botName) — help")
        introduction.description = self.introduction
        return [introduction] + overview.audiences.flatMap(audience)
    }

    private func frame(_ title: String) -> Embed {
        var embed = Embed(title: title)
        embed.color = Self.color
        embed.footer = Embed.Footer(text: "\(footer) • For details: @Bot help")
        return embed
    }

    private var introduction: String {
        """
        **Woad on the stone, keys at the belt: come in and ask.**
        I keep the seats of the cluster: I show clans, hold places for newcomers and tell the staff what needs a hand.

        **Members** look at a clan or search for one that fits.
        **Recruiters** match newcomers with open seats and hold them.

        *Every door here opens from one of the words below.*

        **How to ask**
        `@Bot help ping` explains one command, `@Bot ping` runs it.
        """
    }

    /// The embeds of an audience; what one does not hold goes on in another.
    private func audience(_ audience: HelpOverview.Audience) -> [Embed] {
        let title = audience.tier.title
        var embeds = [frame(title)]
        for section in audience.sections {
            for (index, value) in Self.packed(section.lines).enumerated() {
                let field = Embed.Field(index == 0 ? section.label : "\(section.label) (cont.)", value)
                if embeds[embeds.count - 1].isFull(for: field) { embeds.append(frame("\(title) (cont.)")) }
                embeds[embeds.count - 1].fields.append(field)
            }
        }
        return embeds
    }

    /// Packs lines into values of at most `fieldLimit` characters; a longer line is cut into pieces.
    private static func packed(_ lines: [String]) -> [String] {
        var values: [String] = []
        for line in lines {
            var rest = line[...]
            while !rest.isEmpty {
                let piece = rest.prefix(fieldLimit)
                if let last = values.last, last.count + 1 + piece.count <= fieldLimit {
                    values[values.count - 1] = "\(last)\n\(piece)"
                } else {
                    values.append(String(piece))
                }
                rest = rest.dropFirst(piece.count)
            }
        }
        return values
    }

    /// The page of one command.
    func page(of entry: CommandCatalog.Entry, catalog: CommandCatalog, for viewer: HelpOverview.Viewer) -> Embed {
        let command = entry.command
        let help = command.help
        var fields: [Embed.Field] = [.init("Usage", "`!\(command.usage)`")]
        if let bare = command.bareName { fields.append(.init("Aliases", "`!\(bare)`")) }
        fields.append(.init("Tier", tier(of: command)))
        if !command.flags.isEmpty {
            fields.append(.init("Flags", command.flags.map { "`--\($0.name)`" }.joined(separator: ", ")))
        }
        let subcommands = catalog.subcommands(of: command.name).filter(viewer.canRun)
        if !subcommands.isEmpty {
            fields.append(.init("Subcommands", subcommands.map { "`!\($0.command.name)`" }.joined(separator: ", ")))
        }
        if !entry.gate.keys.isEmpty, viewer.policy.isStaff(viewer.caller) {
            let state = entry.gate.isOpen(viewer.isEnabled) ? "on" : "off"
            fields.append(.init("Feature", entry.gate.keys.map { "`\($0)`" }.joined(separator: " or ") + ": \(state)"))
        }
        fields.append(.init("Tip", help.tip))
        var embed = Embed(title: "!\(command.name)", description: help.detail)
        embed.color = Self.color
        embed.fields = fields
        embed.footer = Embed.Footer(text: footer)
        return embed
    }

    private func tier(of command: Command) -> String {
        let gate =
            switch command.access {
            case .anyone: "everybody, in servers and direct messages"
            case .server: "everybody in a server"
            case .staff: "staff and admins"
            case .admin: "admins"
            case .recruiter: "recruiters and admins"
            case .recruiterOrClanLead: "recruiters, admins and clan leads"
            }
        let caution = command.help.caution.map { "\n⚠️ \($0)" } ?? ""
        return "\(command.help.tier.rawValue) — \(gate)\(caution)"
    }
}

extension Embed {
    /// The most fields of an embed of the overview. Source: coreops chapter, section 2.4.
    private static let overviewFields = 12

    /// Whether a field has no room in this embed of the overview.
    fileprivate func isFull(for field: Field) -> Bool {
        let length = textLength + field.name.utf16.count + field.value.utf16.count
        return fields.count >= Self.overviewFields || length > EmbedLayout.messageBudget
    }
}
