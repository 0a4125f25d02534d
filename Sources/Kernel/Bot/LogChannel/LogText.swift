/// Values in the words of log lines (runtime chapter, section 10.3).
public enum LogText {
    /// A duration as `0.4s`, `12s`, `3.5m`, `2h`: whole where the tenth would be nothing. Nothing and less is `0s`.
    public static func duration(_ duration: Duration) -> String {
        let seconds = max(duration / .seconds(1), 0)
        if seconds < 60 { return number(seconds) + "s" }
        if seconds < 3600 { return number(seconds / 60) + "m" }
        return number(seconds / 3600) + "h"
    }

    /// A count with thousands separated by commas; `-` for none.
    public static func count(_ count: Int?) -> String {
        guard let count else { return "-" }
        var digits = String(count.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (count < 0 ? "-" : "") + ([digits] + groups).joined(separator: ",")
    }

    private static func number(_ value: Double) -> String {
        let whole = value.rounded()
        if abs(value - whole) <= 0.05 { return String(Int(whole)) }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
