import Testing

@testable import WebServer

@Suite("HTTP", .timeLimit(.minutes(1)))
struct HTTPTests {
    static let host = "Host: test\r\n"

    @Test("answers a GET with length, date and trace")
    func get() async throws {
        let server = try await RunningServer()
        let response = try await server.exchange("GET /hello HTTP/1.1\r\n\(Self.host)\r\n")
        #expect(response.status == 200)
        #expect(response.text == "hello")
        #expect(response.header("content-type") == "text/plain; charset=utf-8")
        #expect(response.header("date")?.hasSuffix("GMT") == true)
        #expect(response.header("x-trace-id")?.count == 36)
        await server.server.stop(grace: .seconds(1))
    }

    @Test("keeps the order of pipelined requests and their bodies")
    func pipelining() async throws {
        let server = try await RunningServer()
        let client = try server.client()
        var bytes = ""
        for number in 0..<20 { bytes += "POST /echo HTTP/1.1\r\n\(Self.host)Content-Length: 2\r\n\r\n\(10 + number)" }
        try await client.send(bytes)
        for number in 0..<20 {
            let response = try await client.response()
            #expect(response.text == "\(10 + number)")
        }
        await client.close()
        await server.server.stop(grace: .seconds(1))
    }
}
