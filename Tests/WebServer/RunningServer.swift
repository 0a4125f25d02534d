import Synchronization
import TestTools

@testable import WebServer

/// A started server and what it wrote to its access log.
final class RunningServer: Sendable {
    let server: WebServer
    let port: Int
    let records: Records

    final class Records: Sendable {
        private let list = Mutex<[AccessRecord]>([])
        var all: [AccessRecord] { list.withLock { $0 } }
        func append(_ record: AccessRecord) { list.withLock { $0.append(record) } }
    }

    init(
        options: WebServer.Options = .init(), _ configure: (inout WebRoutes) -> Void = { _ in }
    ) async throws {
        var routes = WebRoutes()
        routes.on("GET", "/hello") { _ in .text("hello") }
        routes.on("POST", "/echo", maximumBodyBytes: 2 << 20) {
            .bytes($0.body, contentType: "application/octet-stream")
        }
        configure(&routes)
        let records = Records()
        self.records = records
        server = WebServer(routes: routes, options: options) { records.append($0) }
        port = try await server.start()
    }

    func client(receiveBuffer: Int32? = nil) throws -> RawClient {
        try RawClient(port: port, receiveBuffer: receiveBuffer)
    }

    func exchange(_ request: String, hasBody: Bool = true) async throws -> RawClient.Response {
        let client = try client()
        try await client.send(request)
        let response = try await client.response(hasBody: hasBody)
        await client.close()
        return response
    }
}

extension WebRoutes {
    /// A route that tells when it starts, sleeps for longer than any test, and tells how that ended.
    mutating func answersNever(_ path: String, telling event: AsyncStream<String>.Continuation) {
        on("GET", path) { _ in
            event.yield("started")
            try? await Task.sleep(for: .seconds(60))
            event.yield(Task.isCancelled ? "cancelled" : "slept")
            return .text("")
        }
    }
}
