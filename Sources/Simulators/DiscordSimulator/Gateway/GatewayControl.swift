import JSON

/// Payloads that the gateway sends on its own.
///
/// Source: Discord, *Gateway Events*, "Reconnect", "Invalid Session".
enum GatewayControl {
    /// Opcode 1.
    static let heartbeatRequest = payload(op: 1, .null)

    /// Opcode 7.
    static let reconnect = payload(op: 7, .null)

    /// Opcode 9.
    static func invalidSession(resumable: Bool) -> [UInt8] { payload(op: 9, .bool(resumable)) }

    /// A payload without a sequence number.
    static func payload(op: Int, _ data: JSONValue) -> [UInt8] {
        let payload: JSONValue = ["t": nil, "s": nil, "op": .int(op), "d": data]
        return payload.encoded()
    }
}
