/// A file of environment variables, one `NAME=value` a line.
///
/// Blank lines and lines that begin with `#` say nothing; `export` before a name is allowed. A value in single quotes is
/// taken as it stands, one in double quotes knows the escapes `\n`, `\t`, `\"` and `\\`; both may span lines. After a
/// value without quotes, ` #` begins a comment. A line that is none of this is skipped, and named in ``skippedLines``.
public struct EnvironmentFile: Sendable, Hashable {
    /// The variables; of a repeated name the last one counts.
    public private(set) var variables: [String: String] = [:]
    /// Numbers of lines that could not be read.
    public private(set) var skippedLines: [Int] = []

    private enum Step { case variable(String, String), nothing, unreadable }

    /// Reads the text of a file.
    public init(parsing text: String) {
        var scanner = Scanner(rest: text.replacing("\r\n", with: "\n")[...])
        while !scanner.rest.isEmpty {
            let line = scanner.line
            switch scanner.next() {
            case .variable(let name, let value): variables[name] = value
            case .nothing: break
            case .unreadable: skippedLines.append(line)
            }
        }
    }

    /// The variables under those of the real environment, which win.
    public func merged(under real: [String: String]) -> [String: String] {
        variables.merging(real) { _, real in real }
    }

    private struct Scanner {
        var rest: Substring
        var line = 1

        /// Reads one logical line.
        mutating func next() -> Step {
            skipBlanks()
            guard let first = rest.first, first != "\n", first != "#" else {
                skipLine()
                return .nothing
            }
            if rest.hasPrefix("export ") {
                rest.removeFirst(7)
                skipBlanks()
            }
            let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            rest = rest.dropFirst(name.count)
            skipBlanks()
            guard !name.isEmpty, rest.first == "=" else { return skipUnreadable() }
            rest.removeFirst()
            skipBlanks()
            guard let quote = rest.first, quote == "\"" || quote == "'" else {
                return .variable(String(name), plainValue())
            }
            let start = self
            rest.removeFirst()
            guard let value = quotedValue(quote) else {
                self = start
                return skipUnreadable()
            }
            skipLine()
            return .variable(String(name), value)
        }

        private mutating func plainValue() -> String {
            let text = rest.prefix { $0 != "\n" }
            skipLine()
            if text.first == "#" { return "" }
            let comment = text.indices.first { index in
                text[index] == "#" && index > text.startIndex && text[text.index(before: index)].isWhitespace
            }
            return String(text[..<(comment ?? text.endIndex)].trimmed)
        }

        /// Reads up to the closing quote; nil if there is none.
        private mutating func quotedValue(_ quote: Character) -> String? {
            var value = ""
            while let character = rest.popFirst() {
                if character == quote { return value }
                if character == "\n" { line += 1 }
                guard quote == "\"", character == "\\", let escaped = rest.popFirst() else {
                    value.append(character)
                    continue
                }
                switch escaped {
                case "n": value.append("\n")
                case "t": value.append("\t")
                case "\"", "\\": value.append(escaped)
                default:
                    value.append("\\")
                    value.append(escaped)
                }
            }
            return nil
        }

        private mutating func skipUnreadable() -> Step {
            skipLine()
            return .unreadable
        }

        private mutating func skipBlanks() {
            rest = rest.drop { $0 == " " || $0 == "\t" }
        }

        private mutating func skipLine() {
            rest = rest.drop { $0 != "\n" }.dropFirst()
            line += 1
        }
    }
}
