/// Which handler answers which method and path.
///
/// ```swift
/// var routes = WebRoutes()
/// routes.on("GET", "/channels/:channel/messages") { request in
///     .text("messages of \(request.parameters["channel"] ?? "")")
/// }
/// routes.webSocket("/gateway") { _, session in
///     while let message = await session.receive() { … }
/// }
/// ```
///
/// Patterns are matched segment by segment on the encoded path, so that an encoded slash stays inside its segment. A
/// literal segment is preferred to a parameter; where the preferred pattern lacks the method, the next one is tried.
public struct WebRoutes: Sendable {
    /// Answers a request. It runs on the shared pool, and is cancelled if the peer leaves.
    public typealias Handler = @Sendable (WebRequest) async -> WebResponse
    /// Converses over a WebSocket; when it returns, the connection is closed with 1000.
    public typealias SocketHandler = @Sendable (WebRequest, WebSocketSession) async -> Void

    enum Action: Sendable {
        case handler(Handler, maximumBodyBytes: Int)
        case file(WebResponse)
        case socket(SocketHandler)
    }

    struct Route: Sendable {
        var action: Action
        var parameterNames: [String]
    }

    struct Match {
        var node: Node
        var values: [String]

        func parameters(of route: Route) -> [String: String] {
            Dictionary(zip(route.parameterNames, values)) { _, last in last }
        }
    }

    struct Node: Sendable {
        var literals: [String: Node] = [:]
        /// One at most; an array, for a value type cannot contain itself.
        var parameter: [Node] = []
        var routes: [String: Route] = [:]
        var socket: Route?

        mutating func insert(_ segments: ArraySlice<String>, _ change: (inout Node) -> Void) {
            guard let segment = segments.first else { return change(&self) }
            let rest = segments.dropFirst()
            if segment.hasPrefix(":") {
                if parameter.isEmpty { parameter.append(Node()) }
                parameter[0].insert(rest, change)
            } else {
                literals[segment, default: Node()].insert(rest, change)
            }
        }

        func collect(_ segments: ArraySlice<String>, values: [String], into matches: inout [Match]) {
            guard let segment = segments.first else {
                if !routes.isEmpty || socket != nil { matches.append(Match(node: self, values: values)) }
                return
            }
            let rest = segments.dropFirst()
            if let next = literals[segment] { next.collect(rest, values: values, into: &matches) }
            // An empty segment, as in `/a//b`, stands for nothing.
            if !segment.isEmpty {
                parameter.first?.collect(rest, values: values + [segment], into: &matches)
            }
        }
    }

    private var root = Node()

    /// No routes.
    public init() {}

    /// Answers `method` on paths of `pattern`, for example `/channels/:channel/messages`. GET answers HEAD too, without
    /// the body. A request whose body is longer than `maximumBodyBytes` is refused with 413. A later route for the same
    /// method and pattern replaces the earlier one.
    public mutating func on(
        _ method: String, _ pattern: String, maximumBodyBytes: Int = 1 << 20, handler: @escaping Handler
    ) {
        insert(pattern) { node, names in
            node.routes[method] = Route(
                action: .handler(handler, maximumBodyBytes: maximumBodyBytes), parameterNames: names)
        }
    }

    /// Answers WebSocket upgrades (RFC 6455) on paths of `pattern`; other GETs there get 426, or their own route.
    public mutating func webSocket(_ pattern: String, handler: @escaping SocketHandler) {
        insert(pattern) { node, names in
            node.socket = Route(action: .socket(handler), parameterNames: names)
        }
    }

    /// Answers GET and HEAD on exactly `path` with these bytes.
    public mutating func file(_ path: String, contentType: String, bytes: [UInt8]) {
        insert(path) { node, names in
            node.routes["GET"] = Route(
                action: .file(.bytes(bytes, contentType: contentType)), parameterNames: names)
        }
    }

    /// Every pattern that fits, the most literal first.
    func matches(_ segments: [String]) -> [Match] {
        var matches: [Match] = []
        root.collect(segments[...], values: [], into: &matches)
        return matches
    }

    private mutating func insert(_ pattern: String, _ change: (inout Node, [String]) -> Void) {
        let path = pattern.hasPrefix("/") ? pattern.dropFirst() : pattern[...]
        let segments = path.isEmpty ? [] : path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let names = segments.filter { $0.hasPrefix(":") }.map { String($0.dropFirst()) }
        root.insert(segments[...]) { change(&$0, names) }
    }
}
