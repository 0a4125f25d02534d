/// A ticket's number: a letter and four or more digits, never cut. Source: welcome chapter, sections 2.1, 2.2 and B2;
/// runtime chapter, section 14.1.
///
/// ```swift
/// TicketCode(listing: "prefix m9999 move")   // M9999
/// TicketCode(welcome: "#0001")               // W0001, as people type it
/// ```
public struct TicketCode: Sendable, Hashable, CustomStringConvertible {
    /// What the ticket is about.
    public let kind: TicketKind
    /// The digits as written, with leading zeros.
    public let digits: String

    /// The letter in upper case and the digits.
    public var description: String { "\(kind.letter)\(digits)" }

    /// The code that a thread's name carries, for lists of tickets: the first letter W, R, M or L with four or more digits
    /// that no other letter or digit touches. A `_` separates.
    public init?(listing name: some StringProtocol) {
        guard let found = Self.found(in: Array(name.utf8), of: TicketKind.allCases, standsAlone: true) else {
            return nil
        }
        self = found.code
    }

    /// The code of a welcome ticket that a person typed or a cell holds: `#` in front does not count, bare digits are
    /// taken for it, else the first code within the text.
    public init?(welcome raw: some StringProtocol) {
        let text = Self.withoutHash(raw)
        if text.utf8.count >= Self.fewestDigits, text.utf8.allSatisfy(\.isASCIIDigit) {
            self.init(kind: .welcome, digits: String(text))
            return
        }
        guard let found = Self.found(in: Array(text.utf8), of: [.welcome]) else { return nil }
        self = found.code
    }

    /// The code of a promo ticket that a person typed or a cell holds: the first one within the text.
    public init?(promo raw: some StringProtocol) {
        guard let found = Self.found(in: Array(Self.withoutHash(raw).utf8), of: TicketKind.promo) else { return nil }
        self = found.code
    }

    init(kind: TicketKind, digits: String) {
        self.kind = kind
        self.digits = digits
    }

    static let fewestDigits = 4

    /// The first code among bytes and where it stands.
    /// - Parameter standsAlone: whether letters and digits must not touch it.
    static func found(
        in bytes: [UInt8], of kinds: [TicketKind], standsAlone: Bool = false
    ) -> (code: TicketCode, range: Range<Int>)? {
        for start in bytes.indices {
            guard let kind = TicketKind(letter: bytes[start]), kinds.contains(kind) else { continue }
            let digits = bytes[(start + 1)...].prefix(while: \.isASCIIDigit)
            guard digits.count >= fewestDigits else { continue }
            if standsAlone {
                let before = start > 0 ? bytes[start - 1] : 0
                let after = digits.endIndex < bytes.count ? bytes[digits.endIndex] : 0
                guard !before.isASCIIDigit, !before.isASCIILetter, !after.isASCIILetter else { continue }
            }
            let code = TicketCode(kind: kind, digits: String(decoding: digits, as: UTF8.self))
            return (code, start..<digits.endIndex)
        }
        return nil
    }

    private static func withoutHash(_ raw: some StringProtocol) -> Substring {
        Substring(raw.trimmed).drop { $0 == "#" }.trimmed
    }
}
