public import Service

/// What a setting was read as.
public enum SettingValue: Sendable, Hashable {
    case text(String)
    case integer(Int)
    case decimal(Double)
    case flag(Bool)
    case id(UInt64)
    /// In the order of the text, each once.
    case ids([UInt64])
    case list([String])
    case time(TimeOfDay)
}

/// How the text of a setting is read (runtime chapter, section 4.1).
public enum SettingType: Sendable, Hashable {
    /// Trimmed text.
    case text
    /// Trimmed text in lower case.
    case lowercasedText
    /// One of these words, in any case; given back as listed.
    case word([String])
    /// A whole number; outside the bounds it is clamped.
    case integer(ClosedRange<Int>)
    /// A number; outside the bounds it is clamped.
    case decimal(ClosedRange<Double>)
    /// `1 true yes on` or `0 false no off`, in any case.
    case flag
    /// As `flag`, also `t` and `y`; every other text is false.
    case wideFlag
    /// As `flag`, other whole numbers by truth value.
    case truth
    /// The first run of digits anywhere in the text.
    case id
    /// Every run of digits, each once.
    case ids
    /// The whole text must be a whole number above 0.
    case strictID
    /// Items between commas; those that are no whole numbers above 0 are dropped.
    case strictIDs
    /// Items between `, ; |`, blanks or brackets; those that are no whole numbers above 0 are dropped.
    case looseIDs
    /// Items between commas, trimmed, blank ones dropped.
    case list
    /// Items between commas in lower case, inner blanks collapsed, each once.
    case phrases
    /// `HH:MM`; the colon is required.
    case time
    /// `HH:MM` or `HH`; parts outside their bounds are clamped.
    case clampedTime
    /// An HTTPS address, or any address of this machine.
    case safeURL
    /// Letters, digits, `-` and `_` in lower case; the rest is dropped.
    case tag
}

extension SettingType {
    /// What reading a text gave.
    enum Outcome: Hashable {
        case value(SettingValue)
        /// A number that had to be brought inside its bounds: `1 < min 60`.
        case clamped(SettingValue, String)
        case unusable
    }

    /// Reads a text that is not blank.
    func parse(_ raw: String) -> Outcome {
        let text = String(raw.trimmed)
        switch self {
        case .integer(let bounds): return Self.integer(text, bounds)
        case .decimal(let bounds): return Self.decimal(text, bounds)
        default: return value(text).map { .value($0) } ?? .unusable
        }
    }

    private func value(_ text: String) -> SettingValue? {
        switch self {
        case .text: .text(text)
        case .lowercasedText: .text(text.lowercased())
        case .word(let words): words.first { $0.lowercased() == text.lowercased() }.map { .text($0) }
        case .flag: Self.flag(text).map { .flag($0) }
        case .wideFlag: .flag(Self.flag(text) ?? ["t", "y"].contains(text.lowercased()))
        case .truth: (Self.flag(text) ?? Int(text).map { $0 != 0 }).map { .flag($0) }
        case .id: Self.digitRuns(text).first.flatMap { $0 == 0 ? nil : .id($0) }
        case .ids: Self.ids(Self.digitRuns(text))
        case .strictID: Self.id(text[...]).map { .id($0) }
        case .strictIDs: Self.ids(text.split(separator: ",").compactMap(Self.id))
        case .looseIDs: Self.ids(text.split { ",;|[](){} \t".contains($0) }.compactMap(Self.id))
        case .list: .list(text.split(separator: ",").map { String($0.trimmed) }.filter { !$0.isEmpty })
        case .phrases: Self.phrases(text)
        case .time: Self.time(text).flatMap { $0.isExact ? .time($0.time) : nil }
        case .clampedTime: Self.time(text.contains(":") ? text : "\(text):0").map { .time($0.time) }
        case .safeURL: Self.isSafeURL(text) ? .text(Self.withoutTrailingSlashes(text)) : nil
        case .tag: .text(text.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber) || "-_".contains($0) })
        case .integer, .decimal: nil
        }
    }

    private static func integer(_ text: String, _ bounds: ClosedRange<Int>) -> Outcome {
        guard let number = Int(text) else { return .unusable }
        if number < bounds.lowerBound {
            return .clamped(.integer(bounds.lowerBound), "\(number) < min \(bounds.lowerBound)")
        }
        if number > bounds.upperBound {
            return .clamped(.integer(bounds.upperBound), "\(number) > max \(bounds.upperBound)")
        }
        return .value(.integer(number))
    }

    private static func decimal(_ text: String, _ bounds: ClosedRange<Double>) -> Outcome {
        guard let number = Double(text), number.isFinite else { return .unusable }
        let shown = SettingValue.decimal(number).description
        if number < bounds.lowerBound {
            let limit = SettingValue.decimal(bounds.lowerBound)
            return .clamped(limit, "\(shown) < min \(limit.description)")
        }
        if number > bounds.upperBound {
            let limit = SettingValue.decimal(bounds.upperBound)
            return .clamped(limit, "\(shown) > max \(limit.description)")
        }
        return .value(.decimal(number))
    }

    private static func flag(_ text: String) -> Bool? {
        switch text.lowercased() {
        case "1", "true", "yes", "on": true
        case "0", "false", "no", "off": false
        default: nil
        }
    }

    private static func digitRuns(_ text: String) -> [UInt64] {
        text.utf8.split { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            .compactMap { UInt64(String(decoding: $0, as: UTF8.self)) }
    }

    private static func id(_ text: Substring) -> UInt64? {
        UInt64(text.trimmed).flatMap { $0 == 0 ? nil : $0 }
    }

    /// Distinct ids in order; nil if there is none, because a list without ids must not replace another.
    private static func ids(_ ids: [UInt64]) -> SettingValue? {
        var seen: Set<UInt64> = []
        let distinct = ids.filter { $0 != 0 && seen.insert($0).inserted }
        return distinct.isEmpty ? nil : .ids(distinct)
    }

    private static func phrases(_ text: String) -> SettingValue? {
        var seen: Set<String> = []
        let phrases = text.split(separator: ",")
            .map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased() }
            .filter { !$0.isEmpty && seen.insert($0).inserted }
        return phrases.isEmpty ? nil : .list(phrases)
    }

    private static func time(_ text: String) -> (time: TimeOfDay, isExact: Bool)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Int($0.trimmed) }
        guard parts.count == 2, let hour = parts[0], let minute = parts[1] else { return nil }
        return (TimeOfDay(hour: hour, minute: minute), (0...23).contains(hour) && (0...59).contains(minute))
    }

    private static func isSafeURL(_ text: String) -> Bool {
        guard !text.contains(where: \.isWhitespace) else { return false }
        let lower = text.lowercased()
        if lower.hasPrefix("https://") { return lower.dropFirst(8).first.map { !"/?#".contains($0) } ?? false }
        guard lower.hasPrefix("http://") else { return false }
        let authority = lower.dropFirst(7).prefix { !"/?#".contains($0) }
        guard !authority.contains("@") else { return false }
        if authority.hasPrefix("[::1]") { return true }
        let host = authority.prefix { $0 != ":" }
        if host == "localhost" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func withoutTrailingSlashes(_ text: String) -> String {
        var rest = text[...]
        while rest.last == "/" { rest.removeLast() }
        return String(rest)
    }
}

extension SettingValue: CustomStringConvertible {
    /// The value as people write it.
    public var description: String {
        switch self {
        case .text(let text): text
        case .integer(let number): String(number)
        case .decimal(let number): Int(exactly: number).map { String($0) } ?? String(number)
        case .flag(let flag): flag ? "true" : "false"
        case .id(let id): String(id)
        case .ids(let ids): ids.map { String($0) }.joined(separator: ", ")
        case .list(let items): items.joined(separator: ",")
        case .time(let time): time.description
        }
    }
}

extension SettingType {
    /// Whether the value is an id or a list of ids.
    public var holdsIDs: Bool {
        switch self {
        case .id, .ids, .strictID, .strictIDs, .looseIDs: true
        default: false
        }
    }
}

extension SettingValue {
    /// The ids that the value holds, in order; empty for values of other kinds.
    public var ids: [UInt64] {
        switch self {
        case .id(let id): [id]
        case .ids(let ids): ids
        default: []
        }
    }
}
