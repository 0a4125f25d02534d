public import Service

/// One step of a flow that must run to its end once, even across restarts.
public struct FlowStep: Sendable, Hashable {
    /// How far a step is.
    public enum State: String, Sendable, Hashable {
        /// It was begun; after a restart its outcome is unknown.
        case started
        /// It has had its effect.
        case done
        /// It will not be tried again.
        case failed
    }

    /// The flow's id, which names its cause.
    public var flow: String
    /// The step's name within the flow.
    public var step: String
    /// How far it is.
    public var state: State
    /// The message that the step created, if it created one.
    public var messageID: UInt64?
    /// What the flow wants to find again, in a form of its own.
    public var detail: [UInt8]
    /// When the step was first begun.
    public var startedAt: Timestamp
    /// When the record last changed.
    public var updatedAt: Timestamp
}
