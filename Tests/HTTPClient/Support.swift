import HTTPClient
import Testing

/// Runs with a client of its own, which is shut down afterwards.
func withClient<T>(
    _ options: HTTPClient.Options = .init(),
    isolation: isolated (any Actor)? = #isolation,
    _ body: (HTTPClient) async throws -> T
) async throws -> T {
    let client = HTTPClient(options: options)
    do {
        let result = try await body(client)
        await client.shutdown()
        return result
    } catch {
        await client.shutdown()
        throw error
    }
}

/// The error with which an exchange ends.
func failure(of request: HTTPRequest, with client: HTTPClient) async -> HTTPError? {
    do throws(HTTPError) {
        let response = try await client.send(request)
        Issue.record("a response came: \(response.status)")
        return nil
    } catch {
        return error
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

extension LoopbackServer.Connection {
    /// Answers every request on the connection with the same bytes.
    func answer(_ response: String) {
        while readRequest() != nil, write(response) {}
    }
}
