/// Walks through a payload, remembers where it is and collects what Discord would refuse.
struct LimitChecker {
    private(set) var violations: [LimitViolation] = []
    private var path: [String] = []

    /// The violations of one walk.
    static func violations(_ walk: (inout LimitChecker) -> Void) -> [LimitViolation] {
        var checker = LimitChecker()
        walk(&checker)
        return checker.violations
    }

    /// Goes into a member.
    mutating func inside(_ name: String, _ walk: (inout LimitChecker) -> Void) {
        path.append(path.isEmpty ? name : ".\(name)")
        walk(&self)
        path.removeLast()
    }

    /// Goes into every element of a member.
    mutating func each<Element>(
        _ name: String, _ elements: [Element], _ walk: (inout LimitChecker, Element) -> Void
    ) {
        for (index, element) in elements.enumerated() {
            inside("\(name)[\(index)]") { walk(&$0, element) }
        }
    }

    /// Notes a violation of a member, or of the present place.
    mutating func refuse(_ rule: LimitViolation.Rule, at name: String? = nil) {
        var parts = path
        if let name { parts.append(parts.isEmpty ? name : ".\(name)") }
        violations.append(LimitViolation(path: parts.joined(), rule: rule))
    }

    /// A text that may be absent. Discord trims texts, so that white space alone counts as nothing.
    mutating func text(_ name: String, _ text: String?, limit: Int, minimum: Int = 0) {
        guard let text else { return }
        let length = text.utf16.count
        if length > limit { refuse(.tooLong(length: length, limit: limit), at: name) }
        if minimum > 0 {
            let visible = text.isBlank ? 0 : length
            if visible < minimum { refuse(.tooShort(length: visible, minimum: minimum), at: name) }
        }
    }

    /// A number of elements.
    mutating func count(_ name: String, _ count: Int, limit: Int, minimum: Int = 0) {
        if count > limit { refuse(.tooMany(count: count, limit: limit), at: name) }
        if count < minimum { refuse(.tooFew(count: count, minimum: minimum), at: name) }
    }

    /// A number that may be absent.
    mutating func range(_ name: String, _ number: Int?, _ range: ClosedRange<Int>) {
        guard let number, !range.contains(number) else { return }
        refuse(.outOfRange(number, minimum: range.lowerBound, maximum: range.upperBound), at: name)
    }

    /// An address that may be absent; Discord takes those with one of the schemes only.
    mutating func url(_ name: String, _ url: String?, limit: Int, schemes: [String]) {
        guard let url else { return }
        text(name, url, limit: limit)
        let scheme = schemes.first { url.lowercased().hasPrefix("\($0)://") && url.utf8.count > $0.utf8.count + 3 }
        if scheme == nil || url.contains(where: \.isWhitespace) {
            refuse(.invalid("not an address that starts with \(schemes.joined(separator: ", "))"), at: name)
        }
    }

    /// Values that must differ from each other.
    mutating func unique(_ name: String, _ values: [String]) {
        var seen: Set<String> = []
        for value in values where !seen.insert(value).inserted {
            refuse(.invalid("used twice"), at: name)
            return
        }
    }
}

extension String {
    /// Whether Discord would trim the text to nothing.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
