import JSON

/// One request to the API, read far enough for a handler.
struct RESTCall: Sendable {
    /// The bot that calls; 0 for routes whose token is in the path.
    var bot: WorldID = 0
    /// Whether the bot's application may read the content of others' messages.
    var readsContent = true
    /// Values of the path's parameters.
    var parameters: [String: String] = [:]
    /// The query.
    var query: [(name: String, value: String)] = []
    /// The JSON body, or a multipart form's `payload_json`; an empty object without a body.
    var body: JSONValue = .object(JSONObject())
    /// Files of a multipart form.
    var uploads: [IndexedUpload] = []
    /// The decoded `X-Audit-Log-Reason`.
    var reason: String?

    /// A snowflake of the path.
    func id(_ name: String) throws(APIError) -> WorldID {
        let text = parameters[name] ?? ""
        guard let id = WorldID(snowflake: text) else {
            throw .invalid([name], "NUMBER_TYPE_COERCE", "Value \"\(text)\" is not snowflake.")
        }
        return id
    }

    /// A text of the path.
    func text(_ name: String) -> String { parameters[name] ?? "" }

    /// The first value of a query name.
    func queryValue(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// A query flag.
    func queryFlag(_ name: String) -> Bool {
        queryValue(name).map { ["true", "1", "True"].contains($0) } ?? false
    }

    /// A snowflake of the query.
    func queryID(_ name: String) throws(APIError) -> WorldID? {
        guard let text = queryValue(name) else { return nil }
        guard let id = WorldID(snowflake: text) else {
            throw .invalid([name], "NUMBER_TYPE_COERCE", "Value \"\(text)\" is not snowflake.")
        }
        return id
    }

    /// A whole number of the query within bounds.
    func queryNumber(_ name: String, in range: ClosedRange<Int>, default standard: Int) throws(APIError) -> Int {
        var errors = FieldErrors()
        let number = errors.number(queryValue(name).map { .string($0) }, in: range, at: [name]) ?? standard
        try errors.check()
        return number
    }
}

/// What a handler answers.
enum RESTAnswer: Sendable {
    case json(JSONValue, status: Int)
    case empty

    /// A body with status 200.
    static func ok(_ body: JSONValue) -> RESTAnswer { .json(body, status: 200) }
    /// A list with status 200.
    static func list(_ elements: [JSONValue]) -> RESTAnswer { .json(.array(elements), status: 200) }
    /// A body with status 201.
    static func created(_ body: JSONValue) -> RESTAnswer { .json(body, status: 201) }
}

/// A route of the API.
struct RESTRoute: Sendable {
    /// Changes the world as the request asks, and answers.
    typealias Handler = @Sendable (inout WorldState, RESTCall) throws(APIError) -> RESTAnswer

    var method: String
    /// The path with parameters as `:name`.
    var pattern: String
    /// The bucket; nil for routes without one.
    var limit: RateLimits.Limit?
    /// Whether a bot token is needed.
    var needsToken = true
    /// Whether the body is a list; all others are objects.
    var takesList = false
    var handler: Handler

    /// The path in OpenAPI's spelling.
    var template: String {
        pattern.split(separator: "/").map { "/" + ($0.hasPrefix(":") ? "{\($0.dropFirst())}" : String($0)) }.joined()
    }

    init(
        _ method: String, _ pattern: String, _ limit: RateLimits.Limit? = RateLimits.Limit(10, per: 10),
        needsToken: Bool = true, takesList: Bool = false, _ handler: @escaping Handler
    ) {
        (self.method, self.pattern, self.limit) = (method, pattern, limit)
        (self.needsToken, self.takesList, self.handler) = (needsToken, takesList, handler)
    }

    /// The value that the bucket is kept apart by: channel, guild, or webhook with token.
    func resource(_ parameters: [String: String]) -> String {
        for name in ["channel_id", "guild_id"] {
            if let value = parameters[name] { return value }
        }
        return [parameters["webhook_id"], parameters["webhook_token"]].compactMap(\.self).joined(separator: "/")
    }
}
