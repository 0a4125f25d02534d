public import Discord

/// The words and flags that stand behind a command, parsed by the one grammar that serves all commands.
///
/// Words are separated by white space. A word that opens with a quotation mark, straight or typographic, runs to the
/// matching closing mark; an apostrophe is no quotation mark. A flag is `--name`, `--name value` or `--name=value`,
/// stands anywhere, and its last value counts; one without a value may be followed by a yes or no. An argument of the kind
/// `rest` takes everything from its first word on as it stands. Source: coreops chapter, section 3.6.
///
/// ```swift
/// let line = try CommandLine(parsing: "\"Ashen Sovereigns\" --dry false", flags: [Flag("dry", takesValue: true)])
/// line.words        // ["Ashen Sovereigns"]
/// line["dry"]       // "false"
/// ```
public struct CommandLine: Sendable, Equatable {
    /// The positional words in order, without quotation marks.
    public var words: [String]
    /// The text behind the command exactly as typed, trimmed.
    public var text: String
    private var flags: [String: String]
    private var values: [String: ArgumentValue]

    /// No words and no flags.
    public static let empty = CommandLine()

    private init() {
        words = []
        text = ""
        flags = [:]
        values = [:]
    }

    /// What is wrong with a line, in the words that the caller sees.
    public enum Problem: Error, Sendable, Equatable {
        /// A quotation mark was opened and never closed.
        case unclosedQuote
        /// A flag that the command does not declare, as typed up to its value.
        case unknownFlag(String)
        /// An argument that must be given is missing, or one is not what it must be; the clause for the caller.
        case malformed(String)
    }

    /// Parses the text behind a command.
    /// - Parameters:
    ///   - arguments: the declared arguments; words behind them are kept and mean nothing.
    ///   - members: who can be named by an argument of the kind `member`.
    /// - Throws: `Problem` for an unclosed quotation mark, a flag that is not among `flags`, and an argument that is
    ///   missing or not what it must be.
    public init(
        parsing text: String, flags declared: [Flag] = [], arguments: [Argument] = [], members: () -> [Member] = { [] }
    ) throws(Problem) {
        self.init()
        self.text = text.trimmingWhitespace()
        let restStart = arguments.firstIndex { $0.kind == .rest }
        var rest = self.text[...]
        while let start = rest.firstIndex(where: { !$0.isWhitespace }) {
            rest = rest[start...]
            let spelled = Self.flag(in: String(rest.prefix(while: { !$0.isWhitespace })))
            let flag = declared.first { flag in spelled.map { flag.matches($0.name) } ?? false }
            if words.count == restStart, flag == nil {
                words.append(String(rest))
                break
            }
            guard let spelled else {
                words.append(try Self.takeWord(from: &rest))
                continue
            }
            guard let flag else { throw .unknownFlag(spelled.name) }
            _ = try Self.takeWord(from: &rest)
            if let value = spelled.value {
                flags[flag.name] = value
            } else {
                flags[flag.name] = try Self.takeValue(of: flag, from: &rest)
            }
        }
        try read(arguments, members)
    }

    private mutating func read(_ arguments: [Argument], _ members: () -> [Member]) throws(Problem) {
        for (index, argument) in arguments.enumerated() {
            if index < words.count {
                let known = argument.kind == .member ? members() : []
                let typed = argument.kind == .words ? words[index...].joined(separator: " ") : words[index]
                values[argument.name] = try argument.value(of: typed, among: known)
            } else if let clause = argument.clauseIfMissing {
                throw .malformed(clause)
            }
        }
    }

    mutating func set(_ value: ArgumentValue, for argument: Argument) { values[argument.name] = value }

    mutating func set(_ value: String, for flag: Flag) { flags[flag.name] = value }

    /// The text of an argument of the kinds `word`, `words` and `rest`; nil if it was left out.
    public func text(_ argument: String) -> String? {
        guard case .text(let text) = values[argument] else { return nil }
        return text
    }

    /// The value of an argument of the kind `integer`; nil if it was left out.
    public func integer(_ argument: String) -> Int? {
        guard case .integer(let number) = values[argument] else { return nil }
        return number
    }

    /// The value of an argument of the kind `boolean`; nil if it was left out.
    public func boolean(_ argument: String) -> Bool? {
        guard case .boolean(let isOn) = values[argument] else { return nil }
        return isOn
    }

    /// The person that an argument of the kind `member` names; nil if it was left out.
    public func user(_ argument: String) -> UserID? {
        guard case .user(let id) = values[argument] else { return nil }
        return id
    }

    /// The value of a flag: what was given, `"true"` for one without a value, nil for one that was not typed.
    public subscript(_ flag: String) -> String? { flags[flag] }

    /// Whether a boolean flag was typed and not switched off.
    public func isOn(_ flag: String) -> Bool { flags[flag].flatMap(Bool.init(spelled:)) ?? false }

    /// Takes a word, or what stands in quotation marks, from the front.
    private static func takeWord(from rest: inout Substring) throws(Problem) -> String {
        guard let first = rest.first, let closing = closingMark[first] else {
            let word = rest.prefix(while: { !$0.isWhitespace })
            rest = rest[word.endIndex...]
            return String(word)
        }
        let inside = rest.dropFirst()
        guard let end = inside.firstIndex(of: closing) else { throw .unclosedQuote }
        rest = inside[inside.index(after: end)...]
        return String(inside[..<end])
    }

    /// The value that follows a flag as a word of its own; `true` where none does.
    private static func takeValue(of flag: Flag, from rest: inout Substring) throws(Problem) -> String {
        var behind = rest.drop(while: \.isWhitespace)
        guard !behind.isEmpty, Self.flag(in: String(behind.prefix(while: { !$0.isWhitespace }))) == nil else {
            return "true"
        }
        let value = try takeWord(from: &behind)
        guard flag.takesValue || Bool(spelled: value) != nil else { return "true" }
        rest = behind
        return value
    }

    private static func flag(in word: String) -> (name: String, value: String?)? {
        let dashes = word.prefix(while: { $0 == "-" })
        let body = word.dropFirst(dashes.count)
        guard let initial = body.first, initial.isLetter else { return nil }
        if dashes.count == 1 { return body.count == 1 ? (word, nil) : nil }
        guard dashes.count == 2 else { return nil }
        guard let equals = body.firstIndex(of: "=") else { return (word, nil) }
        return ("--" + body[..<equals], String(body[body.index(after: equals)...]))
    }

    private static let closingMark: [Character: Character] = [
        "\"": "\"", "“": "”", "„": "‟", "‟": "„", "«": "»", "»": "«", "‹": "›", "›": "‹", "「": "」", "『": "』", "〝": "〞",
        "＂": "＂", "﹁": "﹂", "﹃": "﹄", "｢": "｣", "《": "》", "〈": "〉", "‘": "’", "‚": "‛",
    ]
}

extension Bool {
    /// Reads the spellings of a boolean that people type; nil for any other text. Source: coreops chapter, section 3.6.
    public init?(spelled text: String) {
        switch text.lowercased() {
        case "yes", "y", "true", "t", "1", "enable", "on": self = true
        case "no", "n", "false", "f", "0", "disable", "off": self = false
        default: return nil
        }
    }
}

extension StringProtocol {
    /// The text without white space at either end.
    func trimmingWhitespace() -> String {
        let start = drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }

    /// The words of the text, separated by runs of white space, joined by one blank each.
    func collapsingWhitespace() -> String {
        split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
