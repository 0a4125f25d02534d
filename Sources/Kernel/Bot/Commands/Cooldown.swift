/// How often a command may run. Source: coreops chapter, section 3.8.
///
/// Commands that declare a cooldown of the same name share its counters, whichever of them is called and however it is
/// spelled. An invocation that is refused does not count.
///
/// ```swift
/// Command("clansearch", access: .anyone, cooldown: Cooldown("clansearch", .seconds(2), per: .user), …)
/// ```
public struct Cooldown: Sendable {
    /// Who shares a counter.
    public enum Scope: Sendable, Hashable {
        /// Each person has their own.
        case user
        /// The people of a server; in direct messages each person.
        case server
        /// Everybody.
        case process
    }

    /// What the counters are called.
    public var name: String
    /// How long after a run the next one may be.
    public var window: Duration
    /// Who shares a counter.
    public var scope: Scope
    /// Whether it holds for a line; a command may have forms that run as often as people like.
    public var applies: @Sendable (CommandLine) -> Bool

    /// Declares a cooldown.
    public init(
        _ name: String, _ window: Duration, per scope: Scope,
        applies: @escaping @Sendable (CommandLine) -> Bool = { _ in true }
    ) {
        self.name = name
        self.window = window
        self.scope = scope
        self.applies = applies
    }
}
