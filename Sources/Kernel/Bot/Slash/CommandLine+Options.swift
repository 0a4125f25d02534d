import Discord

extension CommandLine {
    /// The same as if the values of a slash command had been typed. Words stand in the order of the arguments, without
    /// quotation marks; an argument that was left out leaves no gap.
    /// - Throws: `Problem` as for what is typed.
    init(
        _ options: [CommandInvocation.Option], flags: [Flag], arguments: [Argument], members: () -> [Member] = { [] }
    ) throws(Problem) {
        self = .empty
        var texts: [String] = []
        for argument in arguments {
            let option = options.first { $0.name == argument.optionName }
            guard let text = option?.value?.text.trimmingWhitespace(), !text.isEmpty else {
                if let clause = argument.clauseIfMissing { throw .malformed(clause) }
                continue
            }
            texts.append(text)
            words += argument.kind == .words ? (try CommandLine(parsing: text).words) : [text]
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
