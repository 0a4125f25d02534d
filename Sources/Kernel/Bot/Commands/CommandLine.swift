/// The words and flags that stand behind a command, parsed by the one grammar that serves all commands.
///
/// Words are separated by white space. A word that opens with a quotation mark, straight or typographic, runs to the
/// matching closing mark; an apostrophe is no quotation mark. A flag is `--name`, `--name value` or `--name=value`,
/// stands anywhere, and its last value counts. Source: coreops chapter, section 3.6.
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

    /// No words and no flags.
    public static let empty = CommandLine()

    private init() {
        words = []
        text = ""
        flags = [:]
    }

    /// What is wrong with a line, in the words that the caller sees.
    public enum Problem: Error, Sendable, Equatable {
        /// A quotation mark was opened and never closed.
        case unclosedQuote
        /// A flag that the command does not declare, as typed up to its value.
        case unknownFlag(String)
    }

    /// Parses the text behind a command.
    /// - Throws: `Problem` for an unclosed quotation mark or a flag that is not among `flags`.
    public init(parsing text: String, flags declared: [Flag] = []) throws(Problem) {
        self.text = text.trimmingWhitespace()
        self.words = []
        self.flags = [:]
        var tokens = try Self.tokens(of: text)[...]
        while let token = tokens.popFirst() {
            guard !token.isQuoted, let spelled = Self.flag(in: token.text) else {
                words.append(token.text)
                continue
            }
            guard let flag = declared.first(where: { $0.matches(spelled.name) }) else {
                throw .unknownFlag(spelled.name)
            }
            if let value = spelled.value {
                flags[flag.name] = value
            } else if flag.takesValue, let next = tokens.first, Self.flag(in: next.text) == nil {
                flags[flag.name] = next.text
                tokens.removeFirst()
            } else {
                flags[flag.name] = "true"
            }
        }
    }

    /// The value of a flag: what was given, `"true"` for one without a value, nil for one that was not typed.
    public subscript(_ flag: String) -> String? { flags[flag] }

    /// Whether a boolean flag was typed and not switched off.
    public func isOn(_ flag: String) -> Bool { flags[flag].flatMap(Bool.init(spelled:)) ?? false }

    private struct Token {
        var text: String
        var isQuoted: Bool
    }

    private static func tokens(of text: String) throws(Problem) -> [Token] {
        var tokens: [Token] = []
        var rest = text[...]
        while true {
            rest = rest.drop(while: \.isWhitespace)
            guard let first = rest.first else { return tokens }
            if let closing = Self.closingMark[first] {
                let inside = rest.dropFirst()
                guard let end = inside.firstIndex(of: closing) else { throw .unclosedQuote }
                tokens.append(Token(text: String(inside[..<end]), isQuoted: true))
                rest = inside[inside.index(after: end)...]
            } else {
                let word = rest.prefix(while: { !$0.isWhitespace })
                tokens.append(Token(text: String(word), isQuoted: false))
                rest = rest[word.endIndex...]
            }
        }
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
