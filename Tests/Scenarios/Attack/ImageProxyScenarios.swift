import DiscordSimulator
import HTTPClient
import Imaging
import Synchronization
import Testing
import WebServer

/// A CDN in the hands of an attacker: notes who comes, and answers each path as told.
private final class HostileCDN: Sendable {
    private final class Visits: Sendable {
        let paths = Mutex<[String]>([])
    }

    let port: Int
    private let server: WebServer
    private let visits: Visits

    init(_ answers: [String: WebResponse] = [:]) async throws {
        let visits = Visits()
        self.visits = visits
        var options = WebServer.Options()
        options.fallback = { request in
            visits.paths.withLock { $0.append(request.path) }
            return answers[request.path] ?? .text("not found", status: 404)
        }
        server = WebServer(routes: WebRoutes(), options: options)
        port = try await server.start()
    }

    /// The paths that were asked for.
    var paths: [String] { visits.paths.withLock { $0 } }

    func stop() async { await server.stop(grace: .zero) }
}

/// A file of the hostile CDN, and what the proxy makes of it.
private struct HostileFile: Sendable {
    var path: String
    var answer: WebResponse
    var status: Int
    var text: String?

    init(_ path: String, _ answer: WebResponse, _ status: Int, _ text: String?) {
        (self.path, self.answer, self.status, self.text) = (path, answer, status, text)
    }

    init(_ path: String, image: [UInt8], _ status: Int, _ text: String?) {
        self.init(path, .bytes(image, contentType: "image/png"), status, text)
    }
}

@Suite("Attacks on the image proxy", .timeLimit(.minutes(3)))
struct ImageProxyScenarios {
    private static let hosts = [
        "http://127.0.0.1", "https://127.0.0.1", "https://localhost", "https://10.0.0.1", "https://172.16.0.1",
        "https://192.168.1.1", "https://169.254.169.254", "https://100.64.0.1", "https://0.0.0.0", "https://0",
        "https://[::1]", "https://[::]", "https://[::ffff:127.0.0.1]", "https://[::ffff:7f00:1]", "https://[fd00::1]",
        "https://2130706433", "https://0x7f000001", "https://0x7f.0.0.1", "https://0177.0.0.1", "https://127.1",
        "https://017700000001", "https://127.0.0.1.nip.io", "https://metadata.google.internal",
        "https://cdn.discordapp.com@127.0.0.1", "https://cdn.discordapp.com:443@127.0.0.1",
        "https://127.0.0.1@cdn.discordapp.com", "https://cdn.discordapp.com:80", "https://cdn.discordapp.com:0443",
        "https://cdn.discordapp.com:8443", "https://cdn.discordapp.com.", "https://cdn.discordapp.com.evil.example",
        "https://evilcdn.discordapp.com", "https://discordapp.com", "https://cdn.discordapp.com\\@127.0.0.1",
        "https://cdn.discordapp.com%2F@127.0.0.1", "https://cdn.discordapp.com#@127.0.0.1",
        "https://cdn.discordapp.com?@127.0.0.1", "https://cdn.discordapp.com\u{0}",
        "https://cdn.discordapp.com\r\nX: y",
        "https://cdn。discordapp。com", "https://ｃdn.discordapp.com", "HTTPS://cdn.discordapp.com",
        "http://cdn.discordapp.com", "ftp://cdn.discordapp.com", "file://", "gopher://127.0.0.1:25", "//127.0.0.1", "",
        " https://cdn.discordapp.com", "https:cdn.discordapp.com", "https:///cdn.discordapp.com",
    ]

    @Test("no address but one of Discord's image hosts makes the proxy fetch anything")
    func addresses() async throws {
        let cdn = try await HostileCDN()
        try await Stage.play(["DISCORD_CDN_BASE_URL": "http://127.0.0.1:\(cdn.port)"]) { stage in
            for host in Self.hosts {
                for path in ["/emojis/1.png", ":\(cdn.port)/emojis/1.png"] {
                    let answer = try await stage.pad(host + path)
                    #expect((answer.status, answer.text) == (400, "invalid source host"), "\(host)\(path)")
                }
            }
            for path in ["/../secret.png", "/emojis/%2e%2e/secret.png", "/emojis/a b.png", "/emojis/\u{e9}.png"] {
                #expect(try await stage.pad("https://cdn.discordapp.com" + path).status == 400)
            }
            #expect(cdn.paths.isEmpty)
            try await stage.stillServes()
        }
        await cdn.stop()
    }

    @Test("a CDN whose name leads to this machine is not connected to", arguments: ["2130706433", "0x7f.1"])
    func rebinding(host: String) async throws {
        let cdn = try await HostileCDN()
        try await Stage.play(["DISCORD_CDN_BASE_URL": "https://\(host):\(cdn.port)"]) { stage in
            let answer = try await stage.pad("https://cdn.discordapp.com/emojis/1.png")
            #expect((answer.status, answer.text) == (502, "upstream error"))
            #expect(cdn.paths.isEmpty)
            try await stage.stillServes()
        }
        await cdn.stop()
    }

    @Test("redirects, bombs and lies of the CDN get an error each, and a good image is still served")
    func answers() async throws {
        let good = try Bitmap(width: 20, height: 10, filledWith: .init(red: 1, green: 2, blue: 3)).encodedPNG()
        var wide = good
        // The sides stand behind signature, length and type.
        wide.replaceSubrange(16..<24, with: [0, 1, 0x86, 0xA0, 0, 1, 0x86, 0xA0])
        func redirect(_ status: Int, to location: String) -> WebResponse {
            WebResponse(status: status, headers: [("Location", location), ("Content-Type", "image/png")], body: good)
        }
        let files: [HostileFile] = [
            .init("/301.png", redirect(301, to: "/secret"), 502, "upstream error"),
            .init("/302.png", redirect(302, to: "http://127.0.0.1/secret"), 502, "upstream error"),
            .init("/307.png", redirect(307, to: "http://169.254.169.254/secret"), 502, "upstream error"),
            .init("/206.png", WebResponse(status: 206, body: good), 502, "upstream error"),
            .init("/500.png", .text("no", status: 500), 502, "upstream error"),
            .init("/page.png", .bytes(Array("<html>".utf8), contentType: "text/html"), 415, "unsupported media type"),
            .init(
                "/svg.png", .bytes(Array("<svg/>".utf8), contentType: "image/svg+xml"), 415, "unsupported media type"),
            .init("/lie.png", image: Array("<html>".utf8), 415, "unsupported media type"),
            .init("/empty.png", image: [], 415, "unsupported media type"),
            .init("/half.png", image: Array(good.prefix(good.count / 2)), 415, "unsupported media type"),
            .init("/wide.png", image: wide, 413, "image too large"),
            .init("/heavy.png", image: [UInt8](repeating: 0, count: 2_000_001), 413, "image too large"),
            .init("/good.png", image: good, 200, nil),
        ]
        var answers = Dictionary(uniqueKeysWithValues: files.map { ($0.path, $0.answer) })
        answers["/secret"] = .bytes(good, contentType: "image/png")
        let cdn = try await HostileCDN(answers)
        try await Stage.play(["DISCORD_CDN_BASE_URL": "http://127.0.0.1:\(cdn.port)"]) { stage in
            for file in files {
                let answer = try await stage.pad("https://cdn.discordapp.com" + file.path)
                #expect(answer.status == file.status, "\(file.path)")
                if let text = file.text { #expect(answer.text == text) }
            }
            #expect(cdn.paths == files.map(\.path))
            for number in ["-1", "0", "nan", "inf", "1e999", "99999999999999999999", "x", ""] {
                let answer = try await stage.pad(
                    "https://cdn.discordapp.com/good.png", extra: "&s=\(number)&box=\(number)")
                #expect(answer.status == 200)
                #expect(try Bitmap(decodingPNG: answer.body).width <= 512)
            }
            try await stage.stillServes()
        }
        await cdn.stop()
    }
}

extension Stage {
    /// Asks the image proxy for an address.
    fileprivate func pad(_ address: String, extra: String = "") async throws -> HTTPResponse {
        let escaped = address.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }
        return try await get("/emoji-pad?u=\(escaped.joined())\(extra)")
    }
}
