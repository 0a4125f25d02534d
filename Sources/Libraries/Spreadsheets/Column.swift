/// A column of a tab: `A` is the first, index 0.
public struct Column: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The last column that a range may name, `ZZZ`.
    public static let last = Column(18_277)

    /// Distance from column `A`.
    public let index: Int

    /// The column `index` places right of `A`; negative numbers count as 0.
    public init(_ index: Int) {
        self.index = max(index, 0)
    }

    /// The column with these letters, in any case; nil unless there are one to three of `A` to `Z`.
    public init?(letters: some StringProtocol) {
        guard (1...3).contains(letters.utf8.count) else { return nil }
        var number = 0
        for byte in letters.utf8 {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): number = number * 26 + Int(byte - UInt8(ascii: "A")) + 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"): number = number * 26 + Int(byte - UInt8(ascii: "a")) + 1
            default: return nil
            }
        }
        self.init(number - 1)
    }

    /// The letters of A1 notation: `A` … `Z`, `AA` … `ZZZ`.
    public var letters: String {
        var rest = index + 1
        var text: [UInt8] = []
        while rest > 0 {
            text.append(UInt8(ascii: "A") + UInt8((rest - 1) % 26))
            rest = (rest - 1) / 26
        }
        return String(decoding: text.reversed(), as: UTF8.self)
    }

    /// Same as ``letters``.
    public var description: String { letters }

    /// Whether one column lies left of the other.
    public static func < (left: Column, right: Column) -> Bool { left.index < right.index }
}
