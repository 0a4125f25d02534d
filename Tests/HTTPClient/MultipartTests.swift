import Synchronization
import Testing

@testable import HTTPClient

@Suite("Forms with files", .timeLimit(.minutes(1)))
struct MultipartTests {
    private let parts = [
        MultipartPart(name: "payload_json", contentType: "application/json", bytes: Array("{\"a\":1}".utf8)),
        MultipartPart(
            name: "files[0]", filename: "a \"b\"\r\n.png", contentType: "image/png", bytes: [0, 13, 10, 255]),
        MultipartPart(name: "plain", bytes: []),
    ]

    private func expected(_ boundary: String) -> [UInt8] {
        Array(
            """
            --\(boundary)\r
            Content-Disposition: form-data; name="payload_json"\r
            Content-Type: application/json\r
            \r
            {"a":1}\r
            --\(boundary)\r
            Content-Disposition: form-data; name="files[0]"; filename="a %22b%22%0D%0A.png"\r
            Content-Type: image/png\r
            \r

            """.utf8) + [0, 13, 10, 255]
            + Array(
                """
                \r
                --\(boundary)\r
                Content-Disposition: form-data; name="plain"\r
                \r
                \r
                --\(boundary)--\r

                """.utf8)
    }

    @Test("parts are encoded byte by byte as browsers do")
    func encoding() {
        #expect(MultipartForm.encode(parts, boundary: "B") == expected("B"))
    }

    @Test("a form arrives with its boundary in the content type")
    func sending() async throws {
        let seen = Mutex<LoopbackServer.Connection.Request?>(nil)
        let server = try LoopbackServer { connection in
            let request = connection.readRequest()
            seen.withLock { $0 = request }
            connection.write("HTTP/1.1 204 No Content\r\n\r\n")
        }
        let request = HTTPRequest(.post, server.url, body: .multipart(parts))
        _ = try await withClient { try await $0.send(request) }
        let received = try #require(seen.withLock { $0 })
        let contentType = try #require(received.header("Content-Type"))
        let boundary = try #require(contentType.split(separator: "boundary=").last)
        #expect(contentType == "multipart/form-data; boundary=\(boundary)")
        #expect(received.body == expected(String(boundary)))
    }

    @Test("boundaries differ")
    func boundaries() {
        #expect(Set((0..<100).map { _ in MultipartForm.makeBoundary() }).count == 100)
    }
}
