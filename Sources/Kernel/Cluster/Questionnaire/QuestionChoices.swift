/// What a question lets people choose from, as its row in the questionnaire says. Source: sheets chapter, section 6.2;
/// onboarding chapter, sections 3.2 and 3.3.
///
/// ```swift
/// QuestionChoices(type: "multi-select-2", cell: "10,20,30")?.options   // ["10", "20", "30"]
/// ```
public struct QuestionChoices: Sendable, Hashable {
    /// A range that is longer than this is nobody's list of answers.
    private static let longestRange = 1000

    /// The options in sheet order; what is shown and what is stored are the same text.
    public let options: [String]
    /// The most that may be picked, if the type says so.
    public let limit: Int?
    /// Whether the options are the digits of one number, which may have been meant as one option.
    public let areSplitDigits: Bool

    /// The choices of a question; nil if its type is none of the two that are answered by choosing.
    /// - Parameter cell: the options as they are written: a range, or pieces between commas or in lines of their own.
    public init?(type: some StringProtocol, cell: some StringProtocol) {
        let type = String(type.trimmed.lowercased().map { $0 == "_" || $0.isWhitespace ? "-" : $0 })
        if type == "single-select" {
            limit = 1
        } else if type.hasPrefix("multi-select") {
            limit = Int(type.dropFirst("multi-select-".count)).flatMap { $0 > 0 ? $0 : nil }
        } else {
            return nil
        }
        if let range = Self.range(cell.trimmed) {
            (options, areSplitDigits) = (range, false)
            return
        }
        let pieces = cell.split { $0 == "," || $0.isNewline }.map(\.trimmed).filter { !$0.isEmpty }
        guard let only = pieces.first, pieces.count == 1 else {
            (options, areSplitDigits) = (pieces.map { String($0) }, false)
            return
        }
        let numbers = only.split(whereSeparator: \.isWhitespace)
        if numbers.count > 1, numbers.allSatisfy({ $0.utf8.allSatisfy(\.isASCIIDigit) }) {
            (options, areSplitDigits) = (numbers.map { String($0) }, false)
        } else if only.utf8.count > 1, only.utf8.allSatisfy(\.isASCIIDigit) {
            (options, areSplitDigits) = (only.map { String($0) }, true)
        } else {
            (options, areSplitDigits) = ([String(only)], false)
        }
    }

    /// The numbers of a rising range such as `1-5`, written with a hyphen or a dash; nil for every other text.
    private static func range(_ text: some StringProtocol) -> [String]? {
        let ends = text.split(maxSplits: 1, omittingEmptySubsequences: false) { "-–—".contains($0) }.map(\.trimmed)
        guard ends.count == 2, ends.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy(\.isASCIIDigit) }),
            let first = Int(ends[0]), let last = Int(ends[1]), first <= last, last - first < longestRange
        else { return nil }
        return (first...last).map { String($0) }
    }
}
