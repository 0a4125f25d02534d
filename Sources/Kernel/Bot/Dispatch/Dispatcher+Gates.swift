import Service

extension Dispatcher {
    /// How long an event waits for the first reading of the settings (runtime chapter, section 16, B7).
    private static let warmUpPatience = Duration.seconds(5)

    /// Whether a feature is on. Switches fail closed, so one that is off before the settings were read once may be on in
    /// truth: a fresh process, which connects beside that reading, waits for it before it lets an event go.
    func opens(_ gate: Gate) async -> Bool {
        if gate.isOpen(services.settings().isEnabled) { return true }
        await services.settingsRead.until(services.transport.now + Self.warmUpPatience, services.transport) { $0 }
        return gate.isOpen(services.settings().isEnabled)
    }

    /// Tells operators of a gate that is closed only because the switches could not be read.
    func noteUnknown(_ gate: Gate) {
        guard let key = gate.keys.first, services.settingsRead.withLock({ $0 }),
            !gate.keys.contains(where: services.settings().isKnown)
        else { return }
        services.logger.error("feature toggle check failed", ["feature": .string(key)])
    }

    /// What who calls for a feature that is not on is told.
    /// - Parameter isStaff: whether they may know the switch.
    func refusal(of gate: Gate, isStaff: Bool) -> Refusal {
        guard services.settingsRead.withLock({ $0 }) else {
            return Refusal("⏳ I am still reading my settings. Please try again in a moment.", result: .disabled)
        }
        let keys = gate.keys.map { "`\($0)`" }.joined(separator: " or ")
        return Refusal(
            isStaff ? "This feature is disabled (toggle \(keys))." : "This feature is disabled.", result: .disabled)
    }
}
