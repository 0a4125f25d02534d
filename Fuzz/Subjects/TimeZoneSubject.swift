import TimeZones

extension Subject {
    /// Whatever clocks show at an instant they show at that instant; and a time that was skipped lies in no regime.
    static let timeZone = Subject("time-zone") { bytes in
        guard let zone = try? NamedTimeZone(name: "fuzz", parsing: bytes) else { return }
        for instant in [-4_000_000_000, 0, 954_032_400, 1_774_746_000, 1_792_890_000, 32_503_680_000] {
            let shown = zone.civilTime(at: instant)
            try promise(
                shown.secondsSinceEpoch == instant + zone.regime(at: instant).offset, "\(shown) at \(instant)")
            switch zone.instants(showing: shown) {
            case .once(let only): try promise(only == instant, "\(instant) is \(only)")
            case .twice(let first, let second):
                try promise(first <= instant && instant <= second, "\(instant) is not in \(first)...\(second)")
                for hit in [first, second] {
                    try promise(zone.civilTime(at: hit) == shown, "clocks do not show \(shown) at \(hit)")
                }
            case .skipped: try promise(false, "\(shown) is shown at \(instant)")
            }
        }
    }
}
