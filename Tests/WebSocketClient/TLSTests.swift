import Glibc
import Testing
import WebSocketClient

/// What a server shows of itself, and what the client must say about it.
struct RefusedCertificate: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var subject = "IP:127.0.0.1"
    var days = 1
    /// Whether the client trusts the authority that signed the certificate.
    var isAuthorityTrusted = true
    var error: WebSocketError
}

@Suite(
    "A WebSocket over TLS", .enabled(if: TestAuthority.isAvailable, "openssl makes the certificates"),
    .timeLimit(.minutes(1)))
struct TLSTests {
    private func client(trusting authority: TestAuthority?, inbox: Int = 32) -> WebSocketClient {
        var options = WebSocketClient.Options()
        options.certificateAuthorityFile = authority?.file
        options.maximumInboxMessages = inbox
        return WebSocketClient(options: options)
    }

    @Test("a certificate of the given authority is accepted, and messages go both ways")
    func accepted() async throws {
        let authority = try TestAuthority()
        let server = try RawServer(tls: authority.identity(for: "IP:127.0.0.1")) { peer in
            let request = try peer.acceptHandshake()
            try peer.send(1, Array(request[0].utf8))
            try peer.send(1, try peer.receive().payload)
            try peer.sendClose(4000, "bye")
            _ = try? peer.receive()
        }
        let client = client(trusting: authority)
        let connection = try await client.connect(to: server.url)
        #expect(try await connection.receive() == .text("GET /socket?a=1 HTTP/1.1"))
        try await connection.send(.text("sécret"))
        #expect(try await connection.receive() == .text("sécret"))
        #expect(try await connection.receive() == nil)
        #expect(await connection.closure == .init(code: 4000, reason: "bye", initiatedByPeer: true))
        await client.shutdown()
        #expect(server.scriptErrors.isEmpty)
        server.stop()
    }

    @Test("a pause in receiving loses nothing of what was decrypted already")
    func backPressure() async throws {
        let authority = try TestAuthority()
        let payload = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let server = try RawServer(tls: authority.identity(for: "IP:127.0.0.1")) { peer in
            try peer.acceptHandshake()
            for _ in 0..<100 { try peer.send(2, payload) }
            try peer.sendClose(1000)
            _ = try? peer.receive()
        }
        let client = client(trusting: authority, inbox: 2)
        let connection = try await client.connect(to: server.url)
        var received = 0
        while let message = try await connection.receive() {
            #expect(message == .binary(payload))
            received += 1
        }
        #expect(received == 100)
        await client.shutdown()
        #expect(server.scriptErrors.isEmpty)
        server.stop()
    }

    private static let imposters = [
        RefusedCertificate(
            testDescription: "an authority that nobody trusts", isAuthorityTrusted: false,
            error: .tls("unable to get local issuer certificate")),
        RefusedCertificate(
            testDescription: "a certificate for another address", subject: "IP:127.0.0.2",
            error: .tls("IP address mismatch")),
        RefusedCertificate(
            testDescription: "a certificate for a name", subject: "DNS:gateway.example",
            error: .tls("IP address mismatch")),
        RefusedCertificate(
            testDescription: "an expired certificate", days: -1, error: .tls("certificate has expired")),
    ]

    @Test("who cannot prove itself is refused before anything is said", arguments: imposters)
    func refused(_ example: RefusedCertificate) async throws {
        let authority = try TestAuthority()
        let server = try RawServer(tls: authority.identity(for: example.subject, days: example.days)) { peer in
            // Reached only by a client that trusted, for a handshake that it breaks off gives no connection.
            if let request = try? peer.readRequest() { throw RawServerError(what: "was told \(request)") }
        }
        let client = client(trusting: example.isAuthorityTrusted ? authority : nil)
        let error = await #expect(throws: WebSocketError.self) {
            _ = try await client.connect(to: server.url)
        }
        #expect(error == example.error)
        await client.shutdown()
        #expect(server.scriptErrors.isEmpty)
        server.stop()
    }

    @Test("the name is held against the certificate's, not against what the address resolves to")
    func names() async throws {
        let authority = try TestAuthority()
        let server = try RawServer(tls: authority.identity(for: "DNS:localhost")) { peer in
            try peer.acceptHandshake()
            _ = try? peer.receive()
        }
        let client = client(trusting: authority)
        let connection = try await client.connect(to: "wss://localhost:\(server.port)/")
        #expect(await connection.closure == nil)
        await #expect(throws: WebSocketError.self) { _ = try await client.connect(to: server.url) }
        await client.shutdown()
        server.stop()
    }

    @Test("a server without TLS is a TLS error, and learns nothing")
    func plainServer() async throws {
        let server = try RawServer { peer in
            _ = try peer.read(1)
            try peer.write(text: "HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        let client = WebSocketClient()
        let error = await #expect(throws: WebSocketError.self) {
            _ = try await client.connect(to: "wss://127.0.0.1:\(server.port)/")
        }
        guard case .tls = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await client.shutdown()
        server.stop()
    }

    @Test("a file of authorities that cannot be read is told, and nothing is trusted instead")
    func missingFile() async throws {
        let authority = try TestAuthority()
        let server = try RawServer(tls: authority.identity(for: "IP:127.0.0.1")) { _ in }
        var options = WebSocketClient.Options()
        options.certificateAuthorityFile = "/nonexistent.pem"
        let client = WebSocketClient(options: options)
        let error = await #expect(throws: WebSocketError.self) { _ = try await client.connect(to: server.url) }
        guard case .unavailable = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        await client.shutdown()
        server.stop()
    }

    @Test("an authority is found in the system's folder by the hash of its name")
    func hashedFolder() async throws {
        let authority = try TestAuthority()
        let server = try RawServer(tls: authority.identity(for: "IP:127.0.0.1")) { peer in
            _ = try peer.acceptHandshake()
            _ = try? peer.receive()
        }
        setenv("SSL_CERT_DIR", try authority.hashedFolder(), 1)
        defer { unsetenv("SSL_CERT_DIR") }
        let client = client(trusting: nil)
        let connection = try await client.connect(to: server.url)
        await connection.abort()
        await client.shutdown()
        server.stop()
    }

    @Test("a file without an authority is told, and plain connections go on without it")
    func emptyFile() async throws {
        let authority = try TestAuthority()
        let secure = try RawServer(tls: authority.identity(for: "IP:127.0.0.1")) { _ in }
        let plain = try RawServer { peer in
            _ = try peer.acceptHandshake()
            _ = try? peer.receive()
        }
        var options = WebSocketClient.Options()
        options.certificateAuthorityFile = "/dev/null"
        let client = WebSocketClient(options: options)
        await #expect(throws: WebSocketError.unavailable("no certificate authorities")) {
            _ = try await client.connect(to: secure.url)
        }
        let connection = try await client.connect(to: plain.url)
        await connection.abort()
        await client.shutdown()
        secure.stop()
        plain.stop()
    }

    @Test("a client that began with a plain connection verifies the secure one after it")
    func plainFirst() async throws {
        let authority = try TestAuthority()
        let plain = try RawServer { peer in
            _ = try peer.acceptHandshake()
            _ = try? peer.receive()
        }
        let stranger = try RawServer(tls: TestAuthority().identity(for: "IP:127.0.0.1")) { _ in }
        let known = try RawServer(tls: authority.identity(for: "IP:127.0.0.1")) { peer in
            _ = try peer.acceptHandshake()
            _ = try? peer.receive()
        }
        let client = client(trusting: authority)
        let first = try await client.connect(to: plain.url)
        let error = await #expect(throws: WebSocketError.self) { _ = try await client.connect(to: stranger.url) }
        guard case .tls = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        let second = try await client.connect(to: known.url)
        await first.abort()
        await second.abort()
        await client.shutdown()
        for server in [plain, stranger, known] { server.stop() }
    }
}
