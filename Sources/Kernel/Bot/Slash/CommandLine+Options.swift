import Discord

extension CommandLine {
    /// The same as if the values of a slash command had been typed. Words stand in the order of the arguments, without
    /// quotation marks, up to the first that was left out: a later one would be taken for it. All are found by name.
    /// - Throws: `Problem` as for what is typed.
    init(
        _ options: [CommandInvocation.Option], flags: [Flag], arguments: [Argument], members: () -> [Member] = { [] }
    ) throws(Problem) {
        self = .empty
        var texts: [String] = []
        var hasGap = false
        for argument in arguments {
            let option = options.first { $0.name == argument.optionName }
            guard let text = option?.value?.text.trimmingWhitespace(), !text.isEmpty else {
                if let clause = argument.clauseIfMissing { throw .malformed(clause) }
                hasGap = true
                continue
            }
            texts.append(text)
            let typed = argument.kind == .words ? (try CommandLine(parsing: text).words) : [text]
            if !hasGap { words += typed }
            set(try argument.value(of: text, among: argument.kind == .member ? members() : []), for: argument)
        }
        for flag in flags {
            let name = Argument.optionName(flag.name)
            guard let value = options.first(where: { $0.name == name })?.value else { continue }
            set(value.text, for: flag)
            texts.append("--\(flag.name) \(value.text)")
        }
        text = texts.joined(separator: " ")
    }
}
