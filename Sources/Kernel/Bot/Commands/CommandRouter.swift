public import Discord

/// Decides which command a message calls, if any. Source: coreops chapter, sections 3.1 to 3.5.
///
/// There are two prefixes, `!` and a mention of the bot. Behind either stands the name of a command; for admins the words
/// of an allow-list may stand without `ops`. Whether the caller may run the command is decided afterwards: a message that
/// names a command is a command and nothing else.
public struct CommandRouter: Sendable {
    /// What a message calls.
    public enum Resolution: Sendable {
        /// A command and the text behind it.
        case command(Call)
        /// A bare word of an admin that only exists behind `ops`; the value is the full name to point to.
        case pointer(String)
        /// No command of ours.
        case none
    }

    /// A command as it was called.
    public struct Call: Sendable {
        /// The command.
        public var entry: CommandCatalog.Entry
        /// The text behind its name, trimmed.
        public var rest: String
        /// The rule in force for this way of calling it.
        public var access: AccessRule
    }

    /// What configuration says about ways of calling commands.
    public struct Settings: Sendable, Equatable {
        /// `BOT_TAG`: another name of the `ops` group, blank for none.
        public var tag: String
        /// `COREOPS_ENABLE_TAGGED_ALIASES`.
        public var hasTaggedAliases: Bool
        /// `COREOPS_ENABLE_GENERIC_ALIASES`.
        public var hasGenericAliases: Bool
        /// `COREOPS_ADMIN_BANG_ALLOWLIST`, lower case, one blank between words.
        public var adminAllowList: [String]
        /// Whether the allow-list was configured; the built-in one serves admins only.
        public var isAllowListExplicit: Bool

        /// The allow-list without configuration.
        public static let defaultAllowList = [
            "env", "reload", "health", "digest", "checksheet", "config", "help", "ping", "refresh all",
        ]

        /// Creates settings.
        public init(
            tag: String = "", hasTaggedAliases: Bool = false, hasGenericAliases: Bool = false,
            adminAllowList: [String] = Settings.defaultAllowList, isAllowListExplicit: Bool = false
        ) {
            self.tag = tag
            self.hasTaggedAliases = hasTaggedAliases
            self.hasGenericAliases = hasGenericAliases
            self.adminAllowList = adminAllowList
            self.isAllowListExplicit = isAllowListExplicit
        }
    }

    private let catalog: CommandCatalog
    private let mentions: [String]

    /// Creates a router for one bot user.
    public init(catalog: CommandCatalog, bot: UserID) {
        self.catalog = catalog
        self.mentions = ["<@\(bot)>", "<@!\(bot)>"]
    }

    /// What `text` calls under the settings in force.
    /// - Parameter isServerAdmin: asked only where the answer depends on it; false in direct messages.
    public func resolve(_ text: String, _ settings: Settings, isServerAdmin: () -> Bool) -> Resolution {
        let text = text.trimmingWhitespace()
        if let mention = mentions.first(where: text.hasPrefix) {
            return general(text.dropFirst(mention.count).trimmingWhitespace(), settings, isMention: true)
        }
        guard text.hasPrefix("!") else { return .none }
        let body = text.dropFirst().trimmingWhitespace()
        guard let word = settings.bareWord(of: body), isServerAdmin() else {
            return general(body, settings, isMention: false)
        }
        let full = body.collapsingWhitespace().lowercased()
        if settings.adminAllowList.contains(where: { full == $0 || full.hasPrefix($0 + " ") }) {
            return adminAlias(word, body: body, settings)
        }
        let resolution = general(body, settings, isMention: false)
        if case .none = resolution, catalog.entry(named: "ops \(word)") != nil { return .pointer("ops \(full)") }
        return resolution
    }

    /// Whether a text is said to the bot: it begins with a prefix, whether or not a command follows.
    public func isAddressed(_ text: String) -> Bool {
        let text = text.trimmingWhitespace()
        return text.hasPrefix("!") || mentions.contains(where: text.hasPrefix)
    }

    private func adminAlias(_ word: String, body: String, _ settings: Settings) -> Resolution {
        if word == "help" { return general(body, settings, isMention: false) }
        let candidates = [body, "ops \(body)"]
        for candidate in candidates {
            guard let match = catalog.longestMatch(in: candidate), match.entry.command.name != "ops" else { continue }
            return .command(Call(entry: match.entry, rest: match.rest, access: match.entry.command.access))
        }
        return .none
    }

    private func general(_ body: String, _ settings: Settings, isMention: Bool) -> Resolution {
        let word = body.prefix(while: { !$0.isWhitespace }).lowercased()
        guard !word.isEmpty else { return .none }
        if word == "help" || (isMention && word == "ping") { return call(in: "ops \(body)") }
        if settings.hasTaggedAliases, word == settings.tag, word != "ops" {
            return call(in: "ops" + body.dropFirst(word.count))
        }
        let resolution = call(in: body)
        if case .none = resolution { return genericAlias(body, settings) }
        return resolution
    }

    private func call(in text: String) -> Resolution {
        guard let match = catalog.longestMatch(in: text) else { return .none }
        return .command(Call(entry: match.entry, rest: match.rest, access: match.entry.command.access))
    }

    /// The bare forms that are public by configuration.
    private func genericAlias(_ body: String, _ settings: Settings) -> Resolution {
        guard let match = catalog.longestMatch(in: "ops \(body)"), let bareName = match.entry.command.bareName,
            let access = match.entry.command.bareAccess
        else { return .none }
        let isListed = settings.isAllowListExplicit && settings.adminAllowList.contains(bareName)
        guard settings.hasGenericAliases || isListed else { return .none }
        return .command(Call(entry: match.entry, rest: match.rest, access: access))
    }
}

extension CommandRouter.Settings {
    /// The first word of a message's text, lower case, if it consists of letters and begins an entry of the allow-list.
    fileprivate func bareWord(of text: String) -> String? {
        let word = text.prefix(while: { !$0.isWhitespace }).lowercased()
        guard !word.isEmpty, word.allSatisfy({ $0.isASCII && $0.isLetter }) else { return nil }
        return adminAllowList.contains { $0 == word || $0.hasPrefix(word + " ") } ? word : nil
    }
}
