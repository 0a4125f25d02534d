public import Discord

/// What reacts to events other than commands and components.
///
/// Listeners of a feature behind a closed gate ignore events. Their access rule is checked against the person who acted;
/// a refusal is silent.
public struct Listener: Sendable {
    /// The events that a listener can ask for, with what it does.
    public enum Handler: Sendable {
        /// A message that no command, conversation or capture took; messages of other bots too.
        case message(@Sendable (Message, Invocation, Responder) async throws -> Void)
        /// A reaction added by a person.
        case reactionAdded(@Sendable (ReactionChange, Invocation, Responder) async throws -> Void)
    }

    /// The name in logs and metrics.
    public var name: String
    /// Whose events it hears.
    public var access: AccessRule
    /// The event and what it does.
    public var handler: Handler

    /// Declares a listener.
    public init(_ name: String, access: AccessRule, on handler: Handler) {
        self.name = name
        self.access = access
        self.handler = handler
    }
}
