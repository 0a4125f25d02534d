public import Service

/// The state of a message with controls, for what does not fit into the controls themselves.
public struct PanelRecord: Sendable, Hashable {
    /// The message.
    public var messageID: UInt64
    /// What sort of panel it is; says how to read `state`.
    public var kind: String
    /// The state as UTF-8 JSON.
    public var state: [UInt8]
    /// When it was last saved.
    public var updatedAt: Timestamp

    /// A record; see the properties for what each argument means.
    public init(messageID: UInt64, kind: String, state: [UInt8], updatedAt: Timestamp) {
        self.messageID = messageID
        self.kind = kind
        self.state = state
        self.updatedAt = updatedAt
    }
}
