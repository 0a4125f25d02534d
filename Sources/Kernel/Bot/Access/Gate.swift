/// The switches that a feature stands behind; evaluated at boot, at every reload and at every use.
///
/// Source: runtime chapter, sections 3.3 and 4.6.
public enum Gate: Sendable, Equatable {
    /// Backbone: never switched.
    case always
    /// On while at least one of these toggles is on. Keys are compared without regard to case.
    case anyToggle([String])

    /// A feature behind one toggle.
    public static func toggle(_ key: String) -> Gate { .anyToggle([key]) }

    /// The toggle keys, in declared order.
    public var keys: [String] {
        switch self {
        case .always: []
        case .anyToggle(let keys): keys
        }
    }

    /// Whether the gate is open, given what each toggle says now.
    public func isOpen(_ isEnabled: (String) -> Bool) -> Bool {
        switch self {
        case .always: true
        case .anyToggle(let keys): keys.contains(where: isEnabled)
        }
    }
}
