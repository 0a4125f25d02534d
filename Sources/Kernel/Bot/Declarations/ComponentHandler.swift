/// What answers a button, a select or a modal with a given name; works on every message that carries it, however old.
public struct ComponentHandler: Sendable {
    /// How the kernel acknowledges the interaction before the handler runs.
    ///
    /// Discord allows one initial response within three seconds, and a modal is one: it can follow no deferral.
    /// Source: design, section 5.
    public enum Answer: Sendable, Equatable {
        /// The handler opens a modal at once, from payload and memory alone.
        case modal
        /// Acknowledged silently; the handler edits the message or follows up.
        case deferUpdate
        /// Acknowledged with a pending reply, which the handler's first reply fills.
        case deferReply(isEphemeral: Bool)
        /// The handler answers at once itself. Until it did, nobody knows whether Discord still takes an answer: it
        /// changes nothing before.
        case immediate
    }

    /// Runs for one interaction.
    public typealias Handler = @Sendable (ComponentID, Invocation, Responder) async throws -> Void

    /// The name in the custom id; see `ComponentID`.
    public var name: String
    /// The newest layout of fields that the handler understands; it understands every older one too.
    public var version: Int
    /// Who may use it.
    public var access: AccessRule
    /// How it is acknowledged.
    public var answer: Answer
    /// What it does.
    public var run: Handler

    /// Declares a handler.
    public init(
        _ name: String, version: Int = 1, access: AccessRule, answer: Answer, run: @escaping Handler
    ) {
        self.name = name
        self.version = version
        self.access = access
        self.answer = answer
        self.run = run
    }
}
