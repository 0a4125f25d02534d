/// Why a server could not start.
public enum WebServerError: Error, Sendable, Equatable {
    /// Another socket listens on the port.
    case portInUse(Int)
    /// The host is not a dotted IPv4 address.
    case invalidHost(String)
    /// The socket could not be opened or bound for another reason; `code` is `errno`.
    case cannotListen(code: Int32)
    /// The loop or its thread could not be created.
    case loopUnavailable
    /// `start` was called twice, or after `stop`.
    case alreadyStarted
}
