import Discord

/// The slash forms of all commands, derived from their declarations.
///
/// A command's words are command, group and subcommand; words behind the third are joined to it by a dash. What holds
/// subcommands cannot be run itself, so a command that others begin with gets a word of its own. Required options come
/// first, as Discord demands, and commands behind a closed gate are not offered, as help does not list them.
///
/// Source: coreops chapter, section 5; Discord documentation, "Application Command Structure".
struct SlashCatalog: Sendable {
    /// A command as it stands behind a slash.
    struct Form: Sendable {
        var entry: CommandCatalog.Entry
        var path: [String]

        var command: Command { entry.command }
    }

    /// The deepest that Discord nests: command, group, subcommand.
    static let deepest = 3

    /// By path, each path once.
    let forms: [Form]
    private let byPath: [[String]: Int]
    private let catalog: CommandCatalog

    init(_ catalog: CommandCatalog) {
        var forms: [Form] = []
        var byPath: [[String]: Int] = [:]
        for entry in catalog.entries where entry.command.slash.isOffered && !entry.command.isGroup {
            for name in [entry.command.name] + entry.command.slash.aliases {
                let path = Self.path(of: name, entry.command, in: catalog)
                guard byPath[path] == nil else { continue }
                byPath[path] = forms.count
                forms.append(Form(entry: entry, path: path))
            }
        }
        self.forms = forms
        self.byPath = byPath
        self.catalog = catalog
    }

    /// The form at a path of names.
    func form(at path: [String]) -> Form? { byPath[path].map { forms[$0] } }

    private static func path(of name: String, _ command: Command, in catalog: CommandCatalog) -> [String] {
        var words = name.split(separator: " ").map(String.init)
        let holdsOthers = catalog.subcommands(of: name).contains { $0.command.slash.isOffered }
        if holdsOthers { words.append(command.slash.word) }
        guard words.count > deepest else { return words }
        return words.prefix(deepest - 1) + [words[(deepest - 1)...].joined(separator: "-")]
    }

    // MARK: Registering

    /// What to register while these gates are open, in order of names.
    func definitions(isOpen: (Gate) -> Bool) -> [CommandDefinition] {
        let shown = forms.filter { isOpen($0.entry.gate) }
        let groups = Dictionary(grouping: shown) { $0.path[0] }
        return groups.keys.sorted().map { name in
            let members = groups[name] ?? []
            if let only = members.first(where: { $0.path.count == 1 }) {
                return CommandDefinition(
                    name: name, description: Self.line(only.command.help.summary), options: Self.options(only.command))
            }
            return CommandDefinition(
                name: name, description: summary(of: [name]), options: subcommands(members, below: [name]))
        }
    }

    private func subcommands(_ members: [Form], below path: [String]) -> [CommandOption] {
        let groups = Dictionary(grouping: members) { $0.path[path.count] }
        return groups.keys.sorted().map { name in
            let here = path + [name]
            if let leaf = groups[name]?.first(where: { $0.path == here }) {
                return CommandOption(
                    kind: .subcommand, name: name, description: Self.line(leaf.command.help.summary),
                    options: Self.options(leaf.command))
            }
            return CommandOption(
                kind: .subcommandGroup, name: name, description: summary(of: here),
                options: subcommands(groups[name] ?? [], below: here))
        }
    }

    /// What a command or group that only holds others is for.
    private func summary(of path: [String]) -> String {
        let name = path.joined(separator: " ")
        return Self.line(catalog.entry(named: name)?.command.help.summary ?? "Commands of `\(name)`.")
    }

    private static func options(_ command: Command) -> [CommandOption] {
        let arguments = command.slashArguments
        return (arguments.filter(\.isRequired) + arguments.filter { !$0.isRequired }).map(\.option)
            + command.flags.map(\.option)
    }

    /// A line of at most as many characters as Discord shows of a description.
    fileprivate static func line(_ text: String) -> String {
        text.filter { $0 != "`" }.truncated(toUTF16: Limits.commandDescription)
    }
}

extension Command {
    /// The arguments of the slash form: what is asked for may be left out.
    var slashArguments: [Argument] {
        guard slash.asks != nil else { return arguments }
        return arguments.map { argument in
            var argument = argument
            argument.clauseIfMissing = nil
            return argument
        }
    }
}

extension Argument {
    /// The name of the option.
    var optionName: String { Self.optionName(name) }

    static func optionName(_ name: String) -> String { name.lowercased().replacing(" ", with: "-") }

    fileprivate var option: CommandOption {
        let takesOffers = kind == .word || kind == .words || kind == .rest || kind == .integer
        let offers = takesOffers ? completes : nil
        return CommandOption(
            kind: kind.option, name: optionName, description: SlashCatalog.line(about ?? kind.about),
            isRequired: isRequired, choices: offers?.fixed.compactMap { $0.choice(for: kind) } ?? [],
            hasAutocomplete: offers?.fixed.isEmpty ?? false)
    }
}

extension Flag {
    fileprivate var option: CommandOption {
        CommandOption(
            kind: takesValue ? .string : .boolean, name: Argument.optionName(name),
            description: SlashCatalog.line(about ?? (takesValue ? "The value of --\(name)" : "Sets --\(name)")))
    }
}

extension Argument.Kind {
    fileprivate var option: CommandOptionKind {
        switch self {
        case .word, .words, .rest: .string
        case .integer: .integer
        case .boolean: .boolean
        case .member: .user
        }
    }

    /// What is said of an argument that says nothing of itself.
    fileprivate var about: String {
        switch self {
        case .word, .rest: "Text"
        case .words: "One or several words"
        case .integer: "A whole number"
        case .boolean: "Yes or no"
        case .member: "A member of this server"
        }
    }
}

extension Completion.Choice {
    /// The offer as Discord takes it; nil for one that it would not.
    func choice(for kind: Argument.Kind) -> CommandChoice? {
        let name = label.truncated(toUTF16: Limits.choice)
        guard !name.isEmpty, !value.isEmpty, value.utf16.count <= Limits.choice else { return nil }
        guard kind == .integer else { return CommandChoice(name: name, value: .string(value)) }
        return Int(value).map { CommandChoice(name: name, value: .integer($0)) }
    }
}
