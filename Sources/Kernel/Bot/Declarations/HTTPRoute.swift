public import WebServer

/// An HTTP route that a feature declares; answers GET and HEAD.
public struct HTTPRoute: Sendable {
    /// Who may ask.
    public enum Access: Sendable {
        /// Everybody: probes and images.
        case anyone
        /// A loopback peer without forwarding headers, or the bearer token `CONSOLE_TOKEN`; others see an unknown path.
        case console
    }

    /// The path, with `:name` for a parameter; for a route whose place is a setting, its usual one.
    public var path: String
    /// Where the route is at present, if its place is a setting; gives nil while another route is there.
    public var place: (@Sendable () -> String?)?
    /// Who may ask.
    public var access: Access
    /// Answers one request.
    public var handle: @Sendable (WebRequest) async -> WebResponse

    /// Declares a route.
    public init(
        _ path: String, place: (@Sendable () -> String?)? = nil, access: Access,
        handle: @escaping @Sendable (WebRequest) async -> WebResponse
    ) {
        self.path = path
        self.place = place
        self.access = access
        self.handle = handle
    }
}
