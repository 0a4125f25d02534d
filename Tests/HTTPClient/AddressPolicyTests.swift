import Testing

@testable import HTTPClient

@Suite("Connection policy", .timeLimit(.minutes(1)))
struct AddressPolicyTests {
    @Test(
        "addresses that are not of the public Internet",
        arguments: [
            "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.0.1",
            "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
            "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
            "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::ffff:127.0.0.1", "::8.8.8.8", "64:ff9b::808:808",
            "100::1", "2001::1", "2001:1ff::1", "2001:db8::1", "2002:7f00:1::1", "3fff::1", "3fff:fff::1", "fc00::1",
            "fd12:3456::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "4000::1",
        ])
    func notPublic(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(!address.isPublic)
    }

    @Test(
        "public addresses",
        arguments: [
            "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.1", "100.63.255.255", "100.128.0.1", "126.1.1.1",
            "128.0.0.1", "169.253.1.1", "172.15.1.1", "172.32.0.1", "192.0.1.1", "192.167.1.1", "198.17.1.1",
            "198.20.1.1", "223.255.255.255", "2001:200::1", "2001:4860:4860::8888", "2606:4700::1111", "2a00::1",
            "3fff:1000::1",
        ])
    func isPublic(text: String) throws {
        let address = try #require(IPAddress(text))
        #expect(address.isPublic)
    }

    @Test("what is no address", arguments: ["", "1.2.3", "localhost", "1.2.3.4.5", "1::2::3", "0x7f.1"])
    func noAddress(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(
        "every spelling of loopback is refused before a connection is opened",
        arguments: ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]"])
    func refused(host: String) async throws {
        let server = try LoopbackServer { $0.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
        try await withClient { client in
            let request = HTTPRequest(
                .get, "http://\(host):\(server.port)/", connectionPolicy: .publicAddressesOnly)
            guard case .forbiddenAddress = await failure(of: request, with: client) else {
                return #expect(Bool(false), "not refused")
            }
        }
        #expect(server.connections == 0)
    }

    @Test("a kept connection to a private address is not used by a request that must not")
    func keptConnection() async throws {
        let server = try LoopbackServer { $0.answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") }
        try await withClient { client in
            let status = try await client.send(HTTPRequest(.get, server.url)).status
            #expect(status == 200)
            let request = HTTPRequest(.get, server.url, connectionPolicy: .publicAddressesOnly)
            #expect(await failure(of: request, with: client) == .forbiddenAddress("127.0.0.1"))
            let laterStatus = try await client.send(HTTPRequest(.get, server.url)).status
            #expect(laterStatus == 200)
        }
    }
}
