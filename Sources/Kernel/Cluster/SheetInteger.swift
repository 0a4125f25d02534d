/// Whole numbers in cells that people fill in by hand.
public enum SheetInteger {
    /// The first run of digits with an optional minus sign: `3/30` is 3, `2 -> Ann, Bo` is 2; blank, a dash or no digit is 0.
    ///
    /// Numbers beyond 64 bits count as 0. Source: recruitment chapter, section 2.4.
    public static func value(of cell: some StringProtocol) -> Int {
        var digits = ""
        var previous: Character?
        for character in cell {
            if let digit = character.wholeNumberValue, character.isASCII {
                if digits.isEmpty, previous == "-" { digits = "-" }
                digits.append("\(digit)")
            } else if !digits.isEmpty {
                break
            }
            previous = character
        }
        return Int(digits) ?? 0
    }
}
