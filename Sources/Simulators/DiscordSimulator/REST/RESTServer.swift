import JSON
import Service
import WebServer

/// The HTTP side of the API: reads a request, holds it against token and limits, runs its route, writes the answer.
///
/// Source: Discord, *API Reference*.
final class RESTServer: Sendable {
    private static let maximumBody = 25 << 20
    /// About the size of a response's head, so that a broken answer breaks in its body.
    private static let headSize = 400

    private let world: World
    private let limits: RateLimits
    private let faults: FaultInjector
    private let log: RequestLog
    private let transport: any TimeSource
    private let activity: ActivityCounter
    private let observer: (@Sendable (WireEvent) -> Void)?

    init(
        world: World, limits: RateLimits, faults: FaultInjector, log: RequestLog, transport: any TimeSource,
        activity: ActivityCounter, observer: (@Sendable (WireEvent) -> Void)?
    ) {
        (self.world, self.limits, self.faults) = (world, limits, faults)
        (self.log, self.transport, self.activity, self.observer) = (log, transport, activity, observer)
    }

    // MARK: Routes

    /// Adds all routes under `/api/v10` and `/api`, and answers 405 for other methods on their paths.
    func addRoutes(to routes: inout WebRoutes, gatewayURL: @escaping @Sendable () -> String) {
        let all = RESTRoute.all + gatewayRoutes(gatewayURL)
        var methods: [String: Set<String>] = [:]
        for route in all { methods[route.pattern, default: []].insert(route.method) }
        for prefix in ["/api/v10", "/api"] {
            for route in all {
                routes.on(route.method, prefix + route.pattern, maximumBodyBytes: Self.maximumBody) { request in
                    await self.handle(request, route, path: String(request.path.dropFirst(prefix.count)))
                }
            }
            for (pattern, known) in methods {
                for method in Set(["GET", "POST", "PUT", "PATCH", "DELETE"]).subtracting(known) {
                    routes.on(method, prefix + pattern, maximumBodyBytes: Self.maximumBody) { request in
                        self.refuse(request, .methodNotAllowed)
                    }
                }
            }
        }
    }

    /// Answers paths that no route has.
    func unknownPath(_ request: WebRequest) -> WebResponse { refuse(request, .notFound) }

    private func gatewayRoutes(_ gatewayURL: @escaping @Sendable () -> String) -> [RESTRoute] {
        [
            RESTRoute("GET", "/gateway", needsToken: false) { _, _ in .ok(["url": .string(gatewayURL())]) },
            RESTRoute("GET", "/gateway/bot", .init(2, per: 5)) { state, call throws(APIError) in
                guard let application = state.applications[call.bot] else { throw .unauthorized }
                return .ok([
                    "url": .string(gatewayURL()), "shards": 1,
                    "session_start_limit": [
                        "total": .int(application.identifyLimit), "remaining": .int(application.identifyLimit),
                        "reset_after": 0, "max_concurrency": 1,
                    ],
                ])
            },
        ]
    }

    // MARK: One request

    private func handle(_ request: WebRequest, _ route: RESTRoute, path: String) async -> WebResponse {
        observer?(.requestArrives(method: request.method, path: path))
        activity.begin()
        defer { activity.end() }
        var record = record(of: request, route, path: path)
        let fault = faults.take(route.method, route.template, path: path)
        if let early = await answerBeforeApplying(fault, record) { return early }
        var response: WebResponse
        do throws(APIError) {
            response = try await answer(request, route, &record)
        } catch {
            response = Self.response(to: error)
            record.response = error.body
        }
        return finish(response, record, fault)
    }

    private func answer(_ request: WebRequest, _ route: RESTRoute, _ record: inout RequestRecord) async throws(APIError)
        -> WebResponse
    {
        var call = RESTCall(parameters: request.parameters, query: request.query, reason: record.reason)
        if route.needsToken {
            let application = await world.state.application(withHeader: request.header("Authorization"))
            guard let application else { throw .unauthorized }
            call.bot = application.id
            call.readsContent = application.privilegedIntents.contains(.messageContent)
            record.bot = application.id
        }
        let verdict = limits.admit(
            route.limit, route: "\(route.method) \(route.pattern)", resource: route.resource(request.parameters),
            bot: call.bot)
        if let wait = verdict.retryAfter {
            return Self.tooMany(wait, isGlobal: verdict.isGlobal, headers: verdict.headers, &record)
        }
        do throws(APIError) {
            try read(request, into: &call, takesList: route.takesList)
            record.body = request.body.isEmpty ? nil : call.body
            record.files = call.uploads.map(\.filename)
            let (handler, ready) = (route.handler, call)
            var answer = try await world.transact { state throws(APIError) in try handler(&state, ready) }
            if route.pattern == "/gateway/bot" { answer = await withIdentifyBudget(answer, call.bot) }
            return Self.response(to: answer, headers: verdict.headers, &record)
        } catch {
            var response = Self.response(to: error)
            response.headers += verdict.headers
            record.response = error.body
            return response
        }
    }

    private func read(_ request: WebRequest, into call: inout RESTCall, takesList: Bool) throws(APIError) {
        if !request.body.isEmpty {
            let type = request.header("Content-Type") ?? ""
            if type.lowercased().hasPrefix("multipart/form-data") {
                guard let form = MultipartForm(request.body, contentType: type) else { throw .badRequest }
                (call.body, call.uploads) = (form.payload, form.uploads)
            } else if type.lowercased().hasPrefix("application/json") {
                guard let body = try? JSONValue(parsing: request.body) else { throw .invalidJSON }
                call.body = body
            } else {
                throw .invalid(
                    [], "CONTENT_TYPE_INVALID",
                    "Expected \"Content-Type\" header to be one of {'application/json'}.")
            }
        }
        var errors = FieldErrors()
        if takesList { errors.list(call.body, at: []) } else { errors.model(call.body, at: []) }
        try errors.check()
    }

    /// How many IDENTIFYs are left is the gateway's to know.
    private func withIdentifyBudget(_ answer: RESTAnswer, _ bot: WorldID) async -> RESTAnswer {
        guard case .json(var body, let status) = answer else { return answer }
        let budget = await world.transact(withGateway: { state, hub in
            state.applications[bot].map { hub.identifyBudget(of: $0) }
        })
        guard let budget else { return answer }
        body["session_start_limit"]?["remaining"] = .int(budget.remaining)
        body["session_start_limit"]?["reset_after"] = .int(Int(budget.resetAfter / .milliseconds(1)))
        return .json(body, status: status)
    }

    // MARK: Faults

    private func answerBeforeApplying(_ fault: RequestFault?, _ record: RequestRecord) async -> WebResponse? {
        var record = record
        switch fault {
        case .rateLimited(let wait, let scope, let hasHeader)?:
            let headers =
                [("X-RateLimit-Scope", scope.rawValue)] + (scope == .global ? [("X-RateLimit-Global", "true")] : [])
            var response = Self.tooMany(
                wait, isGlobal: scope == .global, headers: headers.map { (name: $0.0, value: $0.1) }, &record)
            if !hasHeader { response.headers.removeAll { $0.name == "Retry-After" } }
            return finish(response, record, nil)
        case .serverError(let status)?:
            return finish(.text("upstream error\n", status: status), record, nil)
        case .refused(let error)?:
            record.response = error.body
            return finish(Self.response(to: error), record, nil)
        case .lostBeforeApplying?:
            return finish(WebResponse(status: 200), record, fault)
        case .slow(let duration)?:
            try? await transport.sleep(for: duration)
            return nil
        case .held(let hold)?:
            await hold.wait()
            return nil
        case .resetInBody?, .lostAfterApplying?, nil:
            return nil
        }
    }

    private func finish(_ response: WebResponse, _ record: RequestRecord, _ fault: RequestFault?) -> WebResponse {
        var (response, record) = (response, record)
        response.headers.append(("Via", "1.1 simulator"))
        record.status = response.status
        switch fault {
        case .resetInBody?: response.breaksOffAfter = Self.headSize + response.body.count / 2
        case .lostAfterApplying?, .lostBeforeApplying?:
            response.breaksOffAfter = 0
            record.status = 0
        default: break
        }
        record.responseHeaders = Dictionary(response.headers.map { ($0.name, $0.value) }) { first, _ in first }
        log.append(record)
        return response
    }

    // MARK: Answers

    private func record(of request: WebRequest, _ route: RESTRoute?, path: String) -> RequestRecord {
        RequestRecord(
            method: request.method, path: path, template: route?.template,
            query: Dictionary(request.query.map { ($0.name, $0.value) }) { first, _ in first },
            contentType: request.header("Content-Type"),
            reason: request.header("X-Audit-Log-Reason").map(PercentDecoding.decoded), bot: nil, body: nil, files: [],
            status: 0, responseHeaders: [:], response: nil)
    }

    private func refuse(_ request: WebRequest, _ error: APIError) -> WebResponse {
        var record = record(of: request, nil, path: request.path)
        record.response = error.body
        return finish(Self.response(to: error), record, nil)
    }

    private static func response(to error: APIError) -> WebResponse {
        var response = WebResponse.json(error.body.encoded(), status: error.status)
        if let wait = error.retryAfter {
            response.headers.append(("Retry-After", String(Int(wait.rounded(.up)))))
            response.headers.append(("X-RateLimit-Scope", "shared"))
        }
        return response
    }

    private static func response(
        to answer: RESTAnswer, headers: [(name: String, value: String)], _ record: inout RequestRecord
    ) -> WebResponse {
        var response: WebResponse
        switch answer {
        case .json(let body, let status):
            response = .json(body.encoded(), status: status)
            record.response = body
        case .empty: response = WebResponse(status: 204)
        }
        response.headers += headers
        return response
    }

    private static func tooMany(
        _ wait: Double, isGlobal: Bool, headers: [(name: String, value: String)], _ record: inout RequestRecord
    ) -> WebResponse {
        let body: JSONValue = [
            "message": "You are being rate limited.", "code": 0, "retry_after": .number(wait),
            "global": .bool(isGlobal),
        ]
        record.response = body
        var response = WebResponse.json(body.encoded(), status: 429)
        response.headers.append(("Retry-After", String(Int(wait.rounded(.up)))))
        response.headers += headers
        return response
    }
}

extension WorldState {
    /// The application of an `Authorization: Bot …` header.
    func application(withHeader header: String?) -> SimulatedApplication? {
        guard let header, header.hasPrefix("Bot ") else { return nil }
        return application(withToken: header)
    }
}

/// Percent-encoded texts, as `X-Audit-Log-Reason` carries them.
enum PercentDecoding {
    static func decoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.first {
            rest = rest.dropFirst()
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
