import Foundation
import HTTPClient
import Testing

@Suite(
    "HTTP client over TLS", .serialized, .enabled(if: TLSFront.isAvailable, "needs openssl and python3"),
    .timeLimit(.minutes(1)))
struct TLSTests {
    @Test("a certificate of the given authority is accepted, and its connection kept")
    func accepted() async throws {
        let server = try LoopbackServer { $0.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        let front = try TLSFront(to: server, protocols: ["http/1.1"])
        try await withClient(.init(caFile: front.certificate)) { client in
            for round in 0..<2 {
                let response = try await client.send(HTTPRequest(.get, front.url))
                #expect(text(response.body) == "ok")
                #expect(response.version == .http1_1)
                #expect((response.timings.tls > .zero) == (round == 0))
            }
        }
        #expect(server.connections == 1)
    }

    @Test("a certificate of an unknown authority is refused before anything is sent")
    func refused() async throws {
        let server = try LoopbackServer { $0.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        let front = try TLSFront(to: server, protocols: ["http/1.1"])
        try await withClient { client in
            guard case .tls = await failure(of: HTTPRequest(.post, front.url), with: client) else {
                return #expect(Bool(false), "not refused")
            }
        }
        #expect(server.connections == 0)
    }

    @Test("a certificate for another name is refused")
    func otherName() async throws {
        let server = try LoopbackServer { $0.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        let front = try TLSFront(to: server, protocols: ["http/1.1"])
        try await withClient(.init(caFile: front.certificate)) { client in
            let url = front.url.replacing("localhost", with: "127.0.0.1")
            guard case .tls = await failure(of: HTTPRequest(.get, url), with: client) else {
                return #expect(Bool(false), "not refused")
            }
        }
    }

    @Test("a missing file of authorities is told")
    func missingFile() async throws {
        let server = try LoopbackServer { $0.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") }
        let front = try TLSFront(to: server, protocols: ["http/1.1"])
        try await withClient(.init(caFile: "/nonexistent.pem")) { client in
            guard case .tls = await failure(of: HTTPRequest(.get, front.url), with: client) else {
                return #expect(Bool(false), "not told")
            }
        }
    }

    @Test("a server that offers HTTP/2 gets it, and requests side by side share one connection")
    func http2() async throws {
        let server = try LoopbackServer { HTTP2Script(connection: $0).run() }
        let front = try TLSFront(to: server, protocols: ["h2", "http/1.1"])
        let url = front.url
        try await withClient(.init(caFile: front.certificate)) { client in
            try await withThrowingTaskGroup(of: HTTPResponse.self) { group in
                for _ in 0..<8 { group.addTask { try await client.send(HTTPRequest(.get, url)) } }
                for try await response in group {
                    #expect(response.version == .http2)
                    #expect(response.status == 200)
                    #expect(text(response.body) == "hello")
                    #expect(response.headers["x-a"] == "b")
                }
            }
        }
        #expect(server.connections == 1)
    }
}

/// Just enough of HTTP/2 (RFC 9113) to answer every request with the same small response.
private struct HTTP2Script {
    let connection: LoopbackServer.Connection

    func run() {
        guard connection.readExactly(24) == Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) else { return }
        write(type: 4, flags: 0, stream: 0, [])
        while let head = connection.readExactly(9) {
            let length = Int(head[0]) << 16 | Int(head[1]) << 8 | Int(head[2])
            guard length == 0 || connection.readExactly(length) != nil else { return }
            let stream = head[5...8].reduce(0) { $0 << 8 | UInt32($1) }
            switch head[3] {
            case 4 where head[4] & 1 == 0: write(type: 4, flags: 1, stream: 0, [])
            case 1:
                // `:status: 200` from the static table, then a literal field that is not indexed (RFC 7541).
                write(type: 1, flags: 4, stream: stream, [0x88, 0, 3] + Array("x-a".utf8) + [1] + Array("b".utf8))
                write(type: 0, flags: 1, stream: stream, Array("hello".utf8))
            default: break
            }
        }
    }

    private func write(type: UInt8, flags: UInt8, stream: UInt32, _ payload: [UInt8]) {
        let length = payload.count
        let head = [UInt8(length >> 16), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags]
        connection.write(head + (0..<4).map { UInt8(stream >> (24 - 8 * $0) & 0xFF) } + payload)
    }
}

/// Ends TLS in front of a loopback server, with a certificate for `localhost` that was made for it.
private final class TLSFront {
    static let isAvailable = ["openssl", "python3"].allSatisfy { tool in
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(tool)") }
    }

    let certificate: String
    let url: String
    private let folder: URL
    private let process: Process
    /// The script ends when its input does: also if this process is killed.
    private let input: Pipe

    init(to server: LoopbackServer, protocols: [String]) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        certificate = folder.appending(path: "certificate.pem").path()
        let key = folder.appending(path: "key.pem").path()
        let maker = Self.process([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days",
            "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
            certificate,
        ])
        try maker.run()
        maker.waitUntilExit()
        process = Self.process(
            ["python3", "-c", Self.script, certificate, key, "\(server.port)", protocols.joined(separator: ",")])
        let output = Pipe()
        input = Pipe()
        process.standardOutput = output
        process.standardInput = input
        try process.run()
        let port = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        url = "https://localhost:\(port.trimmingCharacters(in: .whitespacesAndNewlines))/"
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
        try? FileManager.default.removeItem(at: folder)
    }

    private static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        return process
    }

    private static let script = """
        import os, socket, ssl, sys, threading

        certificate, key, port, protocols = sys.argv[1:]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.set_alpn_protocols(protocols.split(","))
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)

        def copy(source, target):
            try:
                while data := source.recv(65536):
                    target.sendall(data)
            except OSError:
                pass
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

        def serve(accepted):
            try:
                front = context.wrap_socket(accepted, server_side=True)
            except OSError:
                return
            back = socket.create_connection(("127.0.0.1", int(port)))
            threading.Thread(target=copy, args=(back, front), daemon=True).start()
            copy(front, back)

        def listen():
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=listen, daemon=True).start()
        sys.stdin.read()
        os._exit(0)
        """
}
