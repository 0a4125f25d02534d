/// A part of a payload that Discord would refuse.
///
/// ```swift
/// try payload.validate()  // throws "embeds[0].fields[2].value: 1100 characters of at most 1024"
/// ```
public struct LimitViolation: Error, Sendable, Hashable {
    /// What is wrong.
    public enum Rule: Sendable, Hashable {
        /// A text is longer than allowed, in UTF-16 units.
        case tooLong(length: Int, limit: Int)
        /// A text is empty or shorter than demanded.
        case tooShort(length: Int, minimum: Int)
        /// There are more elements than allowed.
        case tooMany(count: Int, limit: Int)
        /// There are fewer elements than demanded.
        case tooFew(count: Int, minimum: Int)
        /// A number lies outside of its range.
        case outOfRange(Int, minimum: Int, maximum: Int)
        /// Anything else, in words.
        case invalid(String)
    }

    /// Where in the payload, in Discord's names: `embeds[0].fields[2].value`; empty for the payload itself.
    public var path: String
    /// What is wrong.
    public var rule: Rule

    /// Makes a violation.
    public init(path: String, rule: Rule) {
        self.path = path
        self.rule = rule
    }
}

extension LimitViolation: CustomStringConvertible {
    /// Path and rule in one line; contains nothing of the text itself.
    public var description: String {
        path.isEmpty ? rule.description : "\(path): \(rule.description)"
    }
}

extension LimitViolation.Rule: CustomStringConvertible {
    /// The rule in words.
    public var description: String {
        switch self {
        case .tooLong(let length, let limit): "\(length) characters of at most \(limit)"
        case .tooShort(let length, let minimum): "\(length) characters of at least \(minimum)"
        case .tooMany(let count, let limit): "\(count) elements of at most \(limit)"
        case .tooFew(let count, let minimum): "\(count) elements of at least \(minimum)"
        case .outOfRange(let number, let minimum, let maximum): "\(number) is not between \(minimum) and \(maximum)"
        case .invalid(let reason): reason
        }
    }
}

/// A payload that can tell whether Discord would take it.
public protocol LimitedPayload: Sendable {
    /// Everything that Discord would refuse, in the order of the payload's parts.
    var violations: [LimitViolation] { get }
}

extension LimitedPayload {
    /// Throws the first violation, so that a payload is refused before it is sent.
    public func validate() throws(LimitViolation) {
        if let violation = violations.first { throw violation }
    }
}
