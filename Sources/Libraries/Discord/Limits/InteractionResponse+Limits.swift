extension InteractionResponse: LimitedPayload {
    /// Everything that Discord would refuse.
    public var violations: [LimitViolation] {
        switch self {
        case .pong, .deferMessage, .deferUpdate, .launchActivity: []
        case .message(let payload): payload.violations
        case .update(let edit): edit.violations
        case .modal(let modal): modal.violations
        case .autocomplete(let choices): LimitChecker.violations { $0.choices(choices) }
        }
    }
}
