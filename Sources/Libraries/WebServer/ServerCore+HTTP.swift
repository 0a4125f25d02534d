import Service

/// Requests and responses.
extension ServerCore {
    /// The longest body of a refused request that is read past to keep the connection.
    private static let discardLimit = 1 << 16

    func processHTTP(_ connection: Connection) {
        while connections[connection.id] != nil {
            switch connection.phase {
            case .head:
                guard readHead(connection) else { return }
            case .body(let exchange, let handler, let parameters):
                let missing = (exchange.head?.contentLength ?? 0) - connection.body.count
                let count = min(missing, connection.input.count)
                connection.body += connection.input.unread.prefix(count)
                connection.input.drop(count)
                guard count == missing else {
                    if connection.hasInputEnded { drop(connection) }
                    return
                }
                run(handler, exchange, parameters, on: connection)
            case .discarding(let remaining):
                let count = min(remaining, connection.input.count)
                connection.input.drop(count)
                guard count == remaining else {
                    connection.phase = .discarding(remaining: remaining - count)
                    if connection.hasInputEnded { drop(connection) }
                    return
                }
                connection.phase = .head
            case .lingering:
                connection.input.removeAll()
                if connection.hasInputEnded { drop(connection) }
                return
            case .handling:
                return
            case .socket(let socket):
                return processSocket(connection, socket)
            }
        }
    }

    /// Reads the head of the next request, if it is there; false if there is nothing more to do now.
    private func readHead(_ connection: Connection) -> Bool {
        guard !connection.closesAfterOutput, connection.output.count < options.outputHighWater else { return false }
        if connection.requestStart == nil {
            // Empty lines before a request are allowed for (RFC 9112, section 2.2).
            while connection.input.unread.starts(with: [0x0D, 0x0A]) { connection.input.drop(2) }
            if connection.input.isEmpty {
                waitForRequest(connection)
                return false
            }
            connection.requestStart = .now
            connection.readDeadline = .now + options.headerTimeout
        }
        guard let length = connection.input.emptyLine(from: connection.searched) else {
            connection.searched = max(0, connection.input.count - 3)
            if connection.input.count > options.maximumHeaderBytes {
                refuse(connection, status: 431)
            } else if connection.hasInputEnded {
                drop(connection)
            }
            return false
        }
        guard length <= options.maximumHeaderBytes else {
            refuse(connection, status: 431)
            return false
        }
        let bytes = connection.input.unread.prefix(length)
        do throws(RequestHead.Refusal) {
            let head = try RequestHead(parsing: bytes)
            connection.input.drop(length + 4)
            begin(head, on: connection)
            return true
        } catch {
            refuse(connection, status: error.status)
            return false
        }
    }

    private func waitForRequest(_ connection: Connection) {
        if connection.hasInputEnded || isStopping {
            connection.closesAfterOutput = true
            if connection.output.isEmpty { flush(connection) }
        } else if connection.readDeadline == nil {
            connection.readDeadline = .now + options.idleTimeout
        }
    }

    private func newExchange(_ head: RequestHead?, on connection: Connection) -> Connection.Exchange {
        exchangeCount += 1
        defer {
            connection.requestStart = nil
            connection.searched = 0
            connection.readDeadline = nil
        }
        return Connection.Exchange(
            number: exchangeCount, trace: Trace.make(), head: head, start: connection.requestStart ?? .now)
    }

    /// Finds who answers a request whose head was read.
    private func begin(_ head: RequestHead, on connection: Connection) {
        let exchange = newExchange(head, on: connection)
        let matches = routes.matches(options.relocation?(head.segments) ?? head.segments)
        if head.method == "GET", head.lists("websocket", in: "Upgrade"),
            let match = matches.first(where: { $0.node.socket != nil }), let route = match.node.socket,
            case .socket(let handler) = route.action
        {
            upgrade(connection, exchange, head, handler, parameters: match.parameters(of: route))
            return
        }
        for method in head.method == "HEAD" ? ["HEAD", "GET"] : [head.method] {
            for match in matches {
                guard let route = match.node.routes[method] else { continue }
                switch route.action {
                case .file(let response):
                    answer(exchange, response, on: connection)
                case .handler(let handler, let limit):
                    receiveBody(exchange, head, handler, limit, match.parameters(of: route), on: connection)
                case .socket:
                    continue
                }
                return
            }
        }
        if matches.isEmpty, let fallback = options.fallback {
            receiveBody(exchange, head, fallback, 1 << 20, [:], on: connection)
        } else {
            answer(exchange, noRoute(matches), on: connection)
        }
    }

    private func noRoute(_ matches: [WebRoutes.Match]) -> WebResponse {
        if matches.isEmpty { return .text("not found\n", status: 404) }
        var methods = Set(matches.flatMap(\.node.routes.keys))
        guard !methods.isEmpty else {
            var response = WebResponse.text("this is a WebSocket\n", status: 426)
            response.headers.append(("Upgrade", "websocket"))
            return response
        }
        if methods.contains("GET") { methods.insert("HEAD") }
        var response = WebResponse.text("method not allowed\n", status: 405)
        response.headers.append(("Allow", methods.sorted().joined(separator: ", ")))
        return response
    }

    private func receiveBody(
        _ exchange: Connection.Exchange, _ head: RequestHead, _ handler: @escaping WebRoutes.Handler, _ limit: Int,
        _ parameters: [String: String], on connection: Connection
    ) {
        guard head.contentLength <= limit else {
            answer(exchange, .text("the body is too long\n", status: 413), on: connection)
            return
        }
        connection.body.reserveCapacity(head.contentLength)
        connection.phase = .body(exchange, handler, parameters: parameters)
        if head.contentLength > 0 {
            connection.readDeadline = .now + options.bodyTimeout
            if head.expectsContinue, connection.input.isEmpty {
                connection.output.append(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
                flush(connection)
            }
        }
    }

    private func run(
        _ handler: @escaping WebRoutes.Handler, _ exchange: Connection.Exchange, _ parameters: [String: String],
        on connection: Connection
    ) {
        guard let head = exchange.head else { return }
        connection.readDeadline = nil
        let request = request(head, exchange, parameters, on: connection)
        let (id, number) = (connection.id, exchange.number)
        let task = Task.detached {
            let response = await Trace.$current.withValue(request.trace) { await handler(request) }
            await self.finish(response, of: number, on: id)
        }
        connection.body = []
        connection.phase = .handling(exchange, task)
    }

    func request(
        _ head: RequestHead, _ exchange: Connection.Exchange, _ parameters: [String: String], on connection: Connection
    ) -> WebRequest {
        WebRequest(
            method: head.method, path: head.path, parameters: parameters, query: head.query, headers: head.headers,
            body: connection.body, peerAddress: connection.peerAddress, trace: exchange.trace)
    }

    /// Takes a handler's response, unless the peer has left.
    private func finish(_ response: WebResponse, of number: Int, on id: Int) {
        guard let connection = connections[id], case .handling(let exchange, _) = connection.phase,
            exchange.number == number
        else { return }
        var response = response
        if !(200...599).contains(response.status) { response.status = 500 }
        connection.phase = .head
        send(response, exchange, closes: exchange.head?.keepsAlive != true, on: connection)
        if connections[id] != nil { process(connection) }
    }

    /// Answers a request whose body, if it has one, was not read.
    func answer(_ exchange: Connection.Exchange, _ response: WebResponse, on connection: Connection) {
        let length = exchange.head?.contentLength ?? 0
        let isReadPast = length <= Self.discardLimit && (length == 0 || exchange.head?.expectsContinue != true)
        connection.phase = length > 0 && isReadPast ? .discarding(remaining: length) : .head
        if length > 0 { connection.readDeadline = .now + options.bodyTimeout }
        send(response, exchange, closes: exchange.head?.keepsAlive != true || !isReadPast, on: connection)
    }

    /// Answers what is no request that could be handled, and closes.
    func refuse(_ connection: Connection, status: Int) {
        var exchange = newExchange(nil, on: connection)
        if case .body(let begun, _, _) = connection.phase { exchange = begun }
        let response = WebResponse.text(ResponseEncoder.reason(status).lowercased() + "\n", status: status)
        connection.phase = .head
        send(response, exchange, closes: true, on: connection)
    }

    private func send(
        _ response: WebResponse, _ exchange: Connection.Exchange, closes: Bool, on connection: Connection
    ) {
        let closes = closes || isStopping || connection.hasInputEnded && connection.input.isEmpty
        let framing = ResponseEncoder.Framing(
            trace: exchange.trace, serverHeader: options.serverHeader, closes: closes,
            isVersion10: exchange.head?.isVersion10 == true, isHead: exchange.head?.method == "HEAD")
        let (head, body) = ResponseEncoder.encode(response, framing: framing)
        if let limit = response.breaksOffAfter {
            connection.output.append(Array((head + body).prefix(limit)))
        } else {
            connection.output.append(head)
            connection.output.append(body)
        }
        if closes || response.breaksOffAfter != nil { connection.closesAfterOutput = true }
        log(exchange, status: response.status, of: connection)
        flush(connection)
    }

    func log(_ exchange: Connection.Exchange, status: Int, of connection: Connection) {
        accessLog(
            AccessRecord(
                trace: exchange.trace, method: exchange.head?.method ?? "", path: exchange.head?.path ?? "",
                status: status, duration: exchange.start.duration(to: .now), peerAddress: connection.peerAddress))
    }
}
