import DiscordSimulator
import HTTPClient
import JSON
import Service
import TestTools
import Testing
import WebServer

/// A request that no good client sends, and the status that it deserves at every route.
private struct BadRequest: Sendable {
    var what: String
    var status: Int
    /// What goes over the wire; `@` stands for the path.
    var template: String

    init(_ what: String, _ status: Int, _ template: String) {
        (self.what, self.status, self.template) = (what, status, template)
    }

    /// A request with more header fields and a body.
    static func fields(_ what: String, _ status: Int, _ fields: String, method: String = "GET", body: String = "")
        -> BadRequest
    {
        BadRequest(what, status, "\(method) @ HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n\(body)")
    }
}

@Suite("Attacks on the bot's web server", .timeLimit(.minutes(3)))
struct WebAttackScenarios {
    /// Every route, and what a good request is answered.
    private static let routes = [
        ("/", 200), ("/ready", 200), ("/health", 200), ("/healthz", 200), ("/keepalive", 200), ("/emoji-pad", 400),
        ("/metrics", 200),
    ]

    private static let filler = String(repeating: "x", count: 20_000)
    private static let manyFields = String(repeating: "X: y\r\n", count: 5000)

    private static let badRequests: [BadRequest] = [
        // The request line.
        .init("no request", 400, "\u{1}\u{2}\r\n\r\n"),
        .init("no version", 400, "GET @\r\n\r\n"),
        .init("bare line feeds", 400, "GET @ HTTP/1.1\nHost: a\n\r\n\r\n"),
        .init("two spaces", 400, "GET  @ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a blank in the target", 400, "GET @ x HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a NUL in the target", 400, "GET @\u{0} HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("an encoded NUL", 400, "GET @%00 HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a slash in two bytes", 400, "GET /%C0%AF@ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("half an encoding", 400, "GET /%2@ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a method that is none", 400, "GE\"T @ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("a tunnel", 400, "CONNECT 127.0.0.1:22 HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("another version", 505, "GET @ HTTP/3.0\r\nHost: a\r\n\r\n"),
        .init("an encoded slash before", 404, "GET /%2F@ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("an encoded slash behind", 404, "GET @%2F HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("an encoding that is encoded", 404, "GET /%252e@ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("dots", 404, "GET /x/..@ HTTP/1.1\r\nHost: a\r\n\r\n"),
        .init("encoded dots", 404, "GET /%2e%2e@ HTTP/1.1\r\nHost: a\r\n\r\n"),
        // The header.
        .init("no host", 400, "GET @ HTTP/1.1\r\n\r\n"),
        .fields("two hosts", 400, "Host: b"),
        .fields("a NUL in a field", 400, "X: a\u{0}b"),
        .fields("a blank before the colon", 400, "X : a"),
        .fields("a folded line", 400, "X: a\r\n b"),
        .fields("a name of nothing", 400, ": a"),
        .fields("a line without colon", 400, "nonsense"),
        .fields("a field of 20 kB", 431, "X: \(filler)"),
        .fields("five thousand fields", 431, "\(manyFields)Z: z"),
        .fields("an expectation", 417, "Expect: the-inquisition"),
        // Two opinions on where the body ends.
        .fields("length and encoding", 400, "Content-Length: 4\r\nTransfer-Encoding: chunked", body: "0\r\n\r\n"),
        .fields("encoding and length", 400, "Transfer-Encoding: chunked\r\nContent-Length: 0"),
        .fields("two lengths", 400, "Content-Length: 0\r\nContent-Length: 31"),
        .fields("two lengths in one", 400, "Content-Length: 0, 31"),
        .fields("a length with sign", 400, "Content-Length: +3", body: "abc"),
        .fields("a length in hexadecimal", 400, "Content-Length: 0x3", body: "abc"),
        .fields("an encoding", 411, "Transfer-Encoding: chunked", body: "1\r\nx\r\n0\r\n\r\n"),
        .fields("an encoding of nothing", 400, "Transfer-Encoding:\r\nContent-Length: 0"),
        .fields("an unknown encoding", 501, "Transfer-Encoding: xchunked"),
        .fields("a disguised encoding", 400, "Transfer-Encoding : chunked\r\nContent-Length: 0"),
        // Bodies.
        .fields("a body of 9 GB", 413, "Content-Length: 9000000000"),
        .fields("a length that no number holds", 413, "Content-Length: 99999999999999999999999"),
        .fields(
            "broken JSON", 405, "Content-Type: application/json\r\nContent-Length: 9", method: "POST",
            body: #"{"a":[tru"#
        ),
        .fields("a body of 9 GB to no method", 405, "Content-Length: 9000000000", method: "PUT"),
        .fields("another method", 405, "X: y", method: "get"),
    ]

    /// Lets the bot's self-ping go elsewhere, so that only the attackers ask the server.
    private static let noSelfPing = ["KEEPALIVE_URL": "http://127.0.0.1:9/"]

    @Test("what breaks a rule gets the status for it and one access line, and the server goes on")
    func malformed() async throws {
        try await Stage.play(Self.noSelfPing) { stage in
            var traces: [String] = []
            for attack in Self.badRequests {
                for (path, good) in Self.routes {
                    let client = try RawClient(port: stage.port)
                    try await client.send(attack.template.replacing("@", with: path))
                    let answer = try await client.response()
                    #expect(answer.status == attack.status, "\(attack.what) at \(path)")
                    traces.append(try #require(answer.header("X-Trace-Id")))
                    await client.close()
                    if path == "/emoji-pad" { #expect(try await stage.get(path).status == good) }
                }
            }
            for trace in traces {
                let isWritten = await stage.log.first { $0.logger == "aiohttp.access" && $0.trace == trace } != nil
                #expect(isWritten)
            }
            let lines = stage.log.records.filter { $0.logger == "aiohttp.access" }.compactMap(\.trace)
            #expect(lines.count == traces.count + Self.badRequests.count)
            #expect(Set(lines).count == lines.count)
            try await stage.stillServes()
        }
    }

    @Test("bodies that nobody asked for change no answer")
    func bodies() async throws {
        try await Stage.play { stage in
            for (path, good) in Self.routes {
                for body in [#"{"a":[tru"#, "\u{0}\u{0}", String(repeating: "[", count: 10_000)] {
                    let client = try RawClient(port: stage.port)
                    try await client.send(
                        "GET \(path) HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
                            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)")
                    #expect(try await client.response().status == good)
                    // The connection is still in step.
                    try await client.send("GET /keepalive HTTP/1.1\r\nHost: a\r\n\r\n")
                    #expect(try await client.response().text == "ok")
                    await client.close()
                }
            }
            try await stage.stillServes()
        }
    }

    @Test("a request hidden in a body is not answered, and pipelined ones keep their order")
    func smuggling() async throws {
        try await Stage.play { stage in
            let client = try RawClient(port: stage.port)
            let hidden = "GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n"
            var bytes = ""
            for _ in 0..<20 {
                for (path, _) in Self.routes { bytes += "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n" }
                bytes += "POST /ready HTTP/1.1\r\nHost: a\r\nContent-Length: \(hidden.utf8.count)\r\n\r\n\(hidden)"
            }
            try await client.send(bytes)
            for _ in 0..<20 {
                for (_, good) in Self.routes { #expect(try await client.response().status == good) }
                #expect(try await client.response().status == 405)
            }
            try await client.send("GET /keepalive HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try await client.response().text == "ok")
            await client.close()
            try await stage.stillServes()
        }
    }

    @Test("slow heads and slow bodies get 408, and meanwhile others are answered")
    func slow() async throws {
        try await Stage.play(
            on: Scenery(adjustServer: {
                $0.headerTimeout = .milliseconds(500)
                $0.bodyTimeout = .milliseconds(500)
            })
        ) { stage in
            var slow: [RawClient] = []
            for (path, _) in Self.routes {
                for end in ["X: y\r\n", "Content-Length: 10\r\n\r\n{"] {
                    let client = try RawClient(port: stage.port)
                    try await client.send("GET \(path) HTTP/1.1\r\nHost: a\r\n\(end)")
                    slow.append(client)
                }
            }
            #expect(try await stage.get("/keepalive").text == "ok")
            for client in slow {
                #expect(try await client.response().status == 408)
                #expect(try await client.sawEnd())
                await client.close()
            }
            try await stage.stillServes()
        }
    }

    @Test("with 500 connections at the limit more get 503, in bounded memory; with room again all is well")
    func crowd() async throws {
        try await Stage.play(
            Self.noSelfPing,
            on: Scenery(adjustServer: {
                $0.maximumConnections = 500
                $0.headerTimeout = .seconds(60)
            })
        ) { stage in
            let memory = residentMemory()
            // Each holds as much of a head as is allowed.
            let head = "GET /ready HTTP/1.1\r\nHost: a\r\nX: " + String(repeating: "x", count: 16_000)
            var crowd: [RawClient] = []
            for _ in 0..<500 {
                let client = try RawClient(port: stage.port)
                try await client.send(head)
                crowd.append(client)
            }
            for _ in 0..<20 {
                let late = try RawClient(port: stage.port)
                let answer = try await late.response()
                #expect(answer.status == 503)
                let trace = try #require(answer.header("X-Trace-Id"))
                let line = await stage.log.first { $0.logger == "aiohttp.access" && $0.trace == trace }
                #expect(line != nil)
                await late.close()
            }
            #expect(isAddressSanitized || residentMemory() - memory < 150 << 20)
            for client in crowd {
                try await client.send("\r\n\r\n")
                #expect(try await client.response().status == 200)
                await client.close()
            }
            try await stage.stillServes()
        }
    }
}

extension Stage {
    /// Sees that the bot answers over HTTP and in Discord.
    func stillServes() async throws {
        // The server notices in its own time that connections are gone; the test's time limit bounds the attempts.
        while try await get("/keepalive").status != 200 {}
        #expect(try await get("/ready").json["ok"]?.bool == true)
        try await settles(person(331), in: SampleGuild.hearth)
    }
}
