extension Duration {
    /// The two largest units of days, hours, minutes and seconds that are not zero, without blanks: `1d1h`, `1m1s`,
    /// `1h`; `0s` for nothing and less (runtime chapter, section 14.4).
    public var compact: String {
        let seconds = max(components.seconds, 0)
        let units = [
            (seconds / 86_400, "d"), (seconds / 3600 % 24, "h"), (seconds / 60 % 60, "m"), (seconds % 60, "s"),
        ]
        let shown = units.filter { $0.0 > 0 }.prefix(2).map { "\($0.0)\($0.1)" }.joined()
        return shown.isEmpty ? "0s" : shown
    }

    /// Whole milliseconds, rounded down.
    public var wholeMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }

    /// Whole seconds, rounded down.
    var wholeSeconds: Int { Int(components.seconds) }
}
