import CWebSockets
import Foundation
import Glibc

/// A certificate authority of the test's own, and certificates that it signs. Everything lies in a temporary folder that
/// goes with it.
final class TestAuthority: Sendable {
    static let isAvailable = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: "\($0)/openssl") }

    private static let keyType = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]

    private let folder: URL

    /// The authority's own certificate, PEM.
    var file: String { path("authority.pem") }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "authority-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try openssl(
            ["req", "-x509"] + Self.keyType + [
                "-keyout", path("authority.key"), "-out", file, "-days", "2", "-subj", "/CN=Test Authority",
            ])
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Signs a certificate for one subject, in the form of an alternative name: `IP:127.0.0.1` or `DNS:localhost`.
    /// - Parameter days: how long it is valid from now; less than zero for one that has expired.
    func identity(for subject: String, days: Int = 1) throws -> TLSIdentity {
        let name = UUID().uuidString
        let (key, request, certificate) = (path("\(name).key"), path("\(name).csr"), path("\(name).pem"))
        try openssl(
            ["req"] + Self.keyType + [
                "-keyout", key, "-out", request, "-subj", "/CN=Test Server", "-addext", "subjectAltName=\(subject)",
            ])
        try openssl([
            "x509", "-req", "-in", request, "-CA", file, "-CAkey", path("authority.key"), "-copy_extensions", "copyall",
            "-days", "\(days)", "-out", certificate,
        ])
        return try TLSIdentity(certificate: certificate, key: key)
    }

    /// A folder in which OpenSSL finds the authority by the hash of its name, as in `/etc/ssl/certs`.
    func hashedFolder() throws -> String {
        let hashed = folder.appending(path: "hashed")
        try FileManager.default.createDirectory(at: hashed, withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: file, toPath: hashed.appending(path: "authority.pem").path())
        try openssl(["rehash", hashed.path()])
        return hashed.path()
    }

    private func path(_ name: String) -> String { folder.appending(path: name).path() }

    private func openssl(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw RawServerError(what: "openssl \(arguments[0])") }
    }
}

/// What a server proves who it is with.
///
/// `@unchecked Sendable`: the context is set up before `init` returns and then only read; OpenSSL counts its references
/// atomically.
final class TLSIdentity: @unchecked Sendable {
    private let context: OpaquePointer

    init(certificate: String, key: String) throws {
        guard let context = SSL_CTX_new(TLS_server_method()) else { throw RawServerError(what: "no TLS") }
        self.context = context
        guard SSL_CTX_use_certificate_chain_file(context, certificate) == 1,
            SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) == 1
        else { throw RawServerError(what: "no certificate") }
    }

    deinit { SSL_CTX_free(context) }

    /// Shakes hands on an accepted socket, on the thread that will use it; nil if the client refused or hung up.
    func accept(_ socket: Int32) -> TLSSession? {
        // OpenSSL writes to sockets without suppressing the signal.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        guard let session = SSL_new(context) else { return nil }
        guard SSL_set_fd(session, socket) == 1, SSL_accept(session) == 1 else {
            SSL_free(session)
            return nil
        }
        return TLSSession(session)
    }
}

/// The server's end of one TLS connection.
///
/// `@unchecked Sendable`: used by the thread of its connection's script only.
final class TLSSession: @unchecked Sendable {
    private let session: OpaquePointer

    fileprivate init(_ session: OpaquePointer) { self.session = session }

    deinit { SSL_free(session) }

    func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        Int(SSL_read(session, buffer.baseAddress, Int32(clamping: buffer.count)))
    }

    func write(_ bytes: UnsafeRawBufferPointer) -> Int {
        Int(SSL_write(session, bytes.baseAddress, Int32(clamping: bytes.count)))
    }
}
