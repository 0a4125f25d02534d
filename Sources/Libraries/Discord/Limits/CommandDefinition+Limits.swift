extension CommandDefinition: LimitedPayload {
    /// Everything that Discord would refuse.
    public var violations: [LimitViolation] {
        LimitChecker.violations { checker in
            if kind == .chatInput {
                checker.commandName(name)
                checker.text("description", description, limit: Limits.commandDescription, minimum: 1)
            } else {
                checker.text("name", name, limit: Limits.commandName, minimum: 1)
                checker.text("description", description, limit: 0)
            }
            checker.options(options, depth: 0)
            let length = name.utf16.count + description.utf16.count + options.reduce(0) { $0 + $1.textLength }
            if length > Limits.commandTotal { checker.refuse(.tooLong(length: length, limit: Limits.commandTotal)) }
        }
    }
}

extension CommandOption {
    /// UTF-16 units that count against ``Limits/commandTotal``.
    fileprivate var textLength: Int {
        let choices = choices.reduce(0) { $0 + $1.name.utf16.count + $1.value.text.utf16.count }
        return name.utf16.count + description.utf16.count + choices + options.reduce(0) { $0 + $1.textLength }
    }
}

extension LimitChecker {
    /// Choices of an option, and proposals while it is typed.
    mutating func choices(_ choices: [CommandChoice]) {
        count("choices", choices.count, limit: Limits.commandOptions)
        each("choices", choices) { checker, choice in
            checker.text("name", choice.name, limit: Limits.choice, minimum: 1)
            if case .string(let value) = choice.value { checker.text("value", value, limit: Limits.choice) }
        }
    }

    /// Letters, digits, `-`, `_` and `'`, and no capital where a small letter exists.
    /// Source: Discord documentation, "Application Command Naming".
    fileprivate mutating func commandName(_ name: String) {
        text("name", name, limit: Limits.commandName, minimum: 1)
        let isWord = name.unicodeScalars.allSatisfy { scalar in
            "-_'".unicodeScalars.contains(scalar) || scalar.isPartOfCommandName
        }
        if !isWord || name != name.lowercased() {
            refuse(.invalid("only small letters, digits, dashes and underscores"), at: "name")
        }
    }

    fileprivate mutating func options(_ options: [CommandOption], depth: Int) {
        count("options", options.count, limit: Limits.commandOptions)
        unique("options", options.map(\.name))
        var optionalSeen = false
        for option in options {
            if option.isRequired, optionalSeen {
                refuse(.invalid("required options come before the others"), at: "options")
                break
            }
            optionalSeen = optionalSeen || !option.isRequired
        }
        each("options", options) { $0.option($1, depth: depth) }
        let nested = options.count(where: \.isNested)
        if nested != 0, nested != options.count {
            refuse(.invalid("subcommands stand beside nothing else"), at: "options")
        }
    }

    private mutating func option(_ option: CommandOption, depth: Int) {
        commandName(option.name)
        text("description", option.description, limit: Limits.commandDescription, minimum: 1)
        choices(option.choices)
        if option.hasAutocomplete, !option.choices.isEmpty {
            refuse(.invalid("fixed choices exclude proposals"), at: "choices")
        }
        range("min_length", option.minimumLength, 0...Limits.optionLength)
        range("max_length", option.maximumLength, 1...Limits.optionLength)
        switch option.kind {
        case .subcommandGroup:
            if depth > 0 { refuse(.invalid("a group belongs to a command")) }
            count("options", option.options.count(where: { $0.kind == .subcommand }), limit: 25, minimum: 1)
            options(option.options, depth: depth + 1)
        case .subcommand:
            if option.options.contains(where: \.isNested) { refuse(.invalid("a subcommand is the last level")) }
            options(option.options, depth: depth + 1)
        default:
            if !option.options.isEmpty { refuse(.invalid("only subcommands have options"), at: "options") }
        }
    }
}

extension CommandOption {
    fileprivate var isNested: Bool { kind == .subcommand || kind == .subcommandGroup }
}

extension Unicode.Scalar {
    fileprivate var isPartOfCommandName: Bool {
        switch properties.generalCategory {
        case .lowercaseLetter, .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber:
            true
        default: false
        }
    }
}
