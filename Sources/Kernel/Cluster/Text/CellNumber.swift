/// Numbers as the chapters read them from cells that people fill. Source: recruitment chapter, section 2.4; placement
/// chapter, section 3.2.
enum CellNumber {
    /// Largest count taken seriously; keeps sums over a cluster far from the limits of `Int`.
    private static let limit = 1_000_000

    /// The first whole number in a cell, 0 where there is none: `3/30` is 3, `2 -> Ann, Bo` is 2. Ends at a million on
    /// either side, which no seat count reaches.
    static func count(in cell: some StringProtocol) -> Int {
        guard let number = cell.firstNumber else { return 0 }
        var value = 0
        for digit in number.digits where value < limit {
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        value = min(value, limit)
        return number.isNegative ? -value : value
    }

    /// The id in a cell: its first whole number; nil where there is none, or none that can be an id.
    static func id(in cell: some StringProtocol) -> UInt64? {
        guard let number = cell.firstNumber, !number.isNegative, let id = UInt64(Substring(number.digits)) else {
            return nil
        }
        return id == 0 ? nil : id
    }
}
