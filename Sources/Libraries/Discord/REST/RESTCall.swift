import HTTPClient
import JSON

/// What a caller may ask of any call.
///
///     try await rest.deleteMessage(message, in: channel, .reason("spam"))
public struct CallOptions: Sendable {
    /// How long the call may take, with waiting for limits and with repetitions; nil for what suits the call: a minute for
    /// a message that Discord takes once however often it is sent, else 15 seconds.
    public var deadline: Duration?
    /// Why, for the guild's audit log; cut at 512 characters. Only calls that write an entry there send it.
    public var reason: String?

    /// Creates options.
    public init(deadline: Duration? = nil, reason: String? = nil) {
        self.deadline = deadline
        self.reason = reason
    }

    /// Nothing special.
    public static var standard: CallOptions { CallOptions() }
    /// A reason for the audit log.
    public static func reason(_ reason: String) -> CallOptions { CallOptions(reason: reason) }
    /// A deadline.
    public static func within(_ deadline: Duration) -> CallOptions { CallOptions(deadline: deadline) }
}

/// One call of the API, as an endpoint describes it.
struct RESTCall {
    var route: Route
    var query: [(name: String, value: String)] = []
    var body: JSONValue?
    var files: [FileUpload] = []
    /// Whether doing it twice is the same as doing it once, or noticed by Discord.
    var isRepeatable: Bool
    /// Whether it is repeated as long as its deadline allows: somebody waits for it, and asks in vain without it.
    var isAwaited = false
    /// Errors that mean success when they answer a repetition: the attempt before did it.
    var doneCodes: Set<DiscordAPIError.Code> = []
    var options: CallOptions

    init(_ route: Route, _ options: CallOptions) {
        self.route = route
        self.options = options
        // Discord's PATCH sets fields to values, so twice is once.
        isRepeatable = route.method != .post
    }

    /// How long it may take. Discord remembers nonces for minutes, so a message can be sent again for one of them.
    var deadline: Duration { options.deadline ?? (isAwaited ? .seconds(60) : .seconds(15)) }

    /// Checks a payload before the call is made of it.
    static func validate(_ payload: some LimitedPayload) throws(RESTError) {
        do {
            try payload.validate()
        } catch {
            throw .invalidPayload(error)
        }
    }

    func request(base: BaseURL, authorization: String, userAgent: String, deadline: Duration) -> HTTPRequest {
        var request = HTTPRequest(route.method, "\(base)\(route.path)\(PercentEncoding.query(query))")
        request.deadline = deadline
        // Tokens in the path are what authorizes these.
        if route.kind == .bot { request.headers["Authorization"] = authorization }
        request.headers["User-Agent"] = userAgent
        if let reason = options.reason, !reason.isEmpty {
            request.headers["X-Audit-Log-Reason"] = PercentEncoding.encode(String(reason.prefix(512)))
        }
        request.body = content
        return request
    }

    /// Source: Discord documentation, Reference, "Uploading Files".
    private var content: HTTPBody {
        guard !files.isEmpty else {
            return body.map { .bytes($0.encoded(), contentType: "application/json") } ?? .none
        }
        var parts = files.enumerated().map { index, file in
            MultipartPart(
                name: "files[\(index)]", filename: file.filename,
                contentType: file.contentType ?? "application/octet-stream", bytes: file.bytes)
        }
        if let body {
            parts.insert(
                MultipartPart(name: "payload_json", contentType: "application/json", bytes: body.encoded()), at: 0)
        }
        return .multipart(parts)
    }
}
