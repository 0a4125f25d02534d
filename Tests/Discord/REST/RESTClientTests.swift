import HTTPClient
import JSON
import Service
import Testing

@testable import Discord

@Suite("REST client", .timeLimit(.minutes(1)))
struct RESTClientTests {
    private let time = ManualTime(start: .origin)
    private let unavailable = HTTPResponse(status: 503)
    private let lost = HTTPError.connectionLost("reset", requestSent: true)

    @Test("a message is posted with token, user agent, explicit mentions and nonce")
    func request() async throws {
        let transport = ScriptedHTTP([.success(.message)])
        let rest = RESTClient.scripted(transport, time)
        let message = try await rest.createMessage(MessagePayload(content: "hi", nonce: "n"), in: 5, .reason("Grüße"))
        #expect(message.id == 7)
        let request = try #require(transport.requests.first)
        #expect(request.url == "https://discord.com/api/v10/channels/5/messages")
        #expect(request.headers["Authorization"] == "Bot secret")
        #expect(request.headers["User-Agent"] == "DiscordBot (https://example.org, 1)")
        #expect(request.headers["X-Audit-Log-Reason"] == "Gr%C3%BC%C3%9Fe")
        guard case .bytes(let body, "application/json") = request.body else {
            return #expect(Bool(false), "no JSON body")
        }
        let json = try JSONDocument(parsing: body).root
        #expect(json["allowed_mentions"]?["parse"]?.elements.count == 0)
        #expect(json["nonce"]?.string == "n")
        #expect(json["enforce_nonce"]?.bool == true)
    }

    @Test("files go beside the payload, numbered as it refers to them")
    func files() async throws {
        let transport = ScriptedHTTP([.success(.message)])
        let payload = MessagePayload(files: [FileUpload(filename: "a.png", contentType: "image/png", bytes: [1, 2])])
        _ = try await RESTClient.scripted(transport, time).createMessage(payload, in: 5)
        guard case .multipart(let parts) = transport.requests.first?.body else {
            return #expect(Bool(false), "no form")
        }
        #expect(parts.map(\.name) == ["payload_json", "files[0]"])
        #expect(
            parts.last == MultipartPart(name: "files[0]", filename: "a.png", contentType: "image/png", bytes: [1, 2]))
    }

    @Test("answers to interactions carry no token of the bot, and reactions are percent-encoded")
    func paths() async throws {
        let transport = ScriptedHTTP([.success(HTTPResponse(status: 204))])
        let rest = RESTClient.scripted(transport, time)
        try await rest.respond(to: 8, token: "t.o/k", with: .deferUpdate)
        try await rest.addReaction(PartialEmoji("👍"), to: 7, in: 5)
        #expect(transport.requests[0].url.hasSuffix("/interactions/8/t.o%2Fk/callback"))
        #expect(transport.requests[0].headers["Authorization"] == nil)
        #expect(transport.requests[1].url.hasSuffix("/channels/5/messages/7/reactions/%F0%9F%91%8D/@me"))
    }

    @Test("a payload beyond a limit is not sent")
    func validation() async throws {
        let transport = ScriptedHTTP([.success(.message)])
        let payload = MessagePayload(content: String(repeating: "x", count: 2_001))
        await #expect(throws: RESTError.self) {
            try await RESTClient.scripted(transport, time).createMessage(payload, in: 5)
        }
        #expect(transport.requests.isEmpty)
    }

    struct Retry: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var failure: ScriptedHTTP.Step
        var nonce: String?
        var attempts: Int
    }

    @Test(
        "a post is repeated only if that cannot do it twice",
        arguments: [
            Retry(testDescription: "503, no nonce", failure: .success(HTTPResponse(status: 503)), attempts: 1),
            Retry(testDescription: "503, nonce", failure: .success(HTTPResponse(status: 503)), nonce: "n", attempts: 2),
            Retry(testDescription: "501, nonce", failure: .success(HTTPResponse(status: 501)), nonce: "n", attempts: 1),
            Retry(
                testDescription: "lost after sending, no nonce",
                failure: .failure(.connectionLost("reset", requestSent: true)), attempts: 1),
            Retry(
                testDescription: "lost after sending, nonce",
                failure: .failure(.connectionLost("reset", requestSent: true)), nonce: "n", attempts: 2),
            Retry(testDescription: "not connected", failure: .failure(.connectionFailed("refused")), attempts: 2),
            Retry(
                testDescription: "lost before sending",
                failure: .failure(.connectionLost("x", requestSent: false)), attempts: 2),
            Retry(testDescription: "bad certificate", failure: .failure(.tls("x")), nonce: "n", attempts: 1),
            Retry(testDescription: "client stopped", failure: .failure(.stopped), nonce: "n", attempts: 1),
        ])
    func retries(row: Retry) async throws {
        let transport = ScriptedHTTP([row.failure, .success(.message)])
        let rest = RESTClient.scripted(transport, time)
        let payload = MessagePayload(content: "hi", nonce: row.nonce)
        let result = await result(of: time) { () throws(RESTError) in try await rest.createMessage(payload, in: 5) }
        #expect(transport.requests.count == row.attempts)
        #expect((try? result.get().id) == (row.attempts == 2 ? 7 : nil))
    }

    @Test("reading, deleting and editing are repeated, but not for ever")
    func attempts() async throws {
        let transport = ScriptedHTTP([.success(unavailable)])
        let rest = RESTClient.scripted(transport, time)
        let result = await result(of: time) { () throws(RESTError) in try await rest.message(7, in: 5) }
        #expect(transport.requests.count == 5)
        guard case .failure(.api(let error)) = result else { return #expect(Bool(false), "no refusal") }
        #expect(error.status == 503)
    }

    @Test(
        "a message that Discord takes once is sent again for a minute, or as long as its caller allows",
        arguments: [
            // Waits of 0.25, 0.5, 1, 2, 4, and then 5 seconds.
            (nil, 16), (.seconds(2), 4), (.seconds(15), 7),
        ] as [(Duration?, Int)])
    func awaited(deadline: Duration?, attempts: Int) async throws {
        let transport = ScriptedHTTP([.success(unavailable)])
        let rest = RESTClient.scripted(transport, time)
        let result = await result(of: time) { () throws(RESTError) in
            try await rest.createMessage(
                MessagePayload(content: "hi", nonce: "n"), in: 5, CallOptions(deadline: deadline))
        }
        #expect(transport.requests.count == attempts)
        guard case .failure(let error) = result else { return #expect(Bool(false), "no refusal") }
        #expect(error.mayHaveBeenApplied && error.api?.status == 503)
    }

    @Test("how many sessions are left is told with the time until they are counted anew, which comes in milliseconds")
    func sessionStartLimit() async throws {
        let body: JSONValue = [
            "url": "wss://gateway.discord.gg/", "shards": 9,
            "session_start_limit": ["total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1],
        ]
        let rest = RESTClient.scripted(ScriptedHTTP([.success(.json(200, body))]), time)
        #expect(
            try await rest.gatewayInfo()
                == GatewayInfo(
                    url: "wss://gateway.discord.gg/", shards: 9, sessionStartTotal: 1000, sessionStartRemaining: 999,
                    sessionStartResetAfter: .seconds(4 * 3600)))
    }

    @Test("a refusal by a rate limit is waited for, also for a post")
    func rateLimited() async throws {
        let refusal = HTTPResponse.json(
            429, ["message": "slow", "retry_after": 1.5, "global": false],
            headers: ["Retry-After": "2", "X-RateLimit-Scope": "user"])
        let transport = ScriptedHTTP([.success(refusal), .success(.message)])
        let rest = RESTClient.scripted(transport, time)
        let result = await result(of: time) { () throws(RESTError) in
            try await rest.createMessage(MessagePayload(content: "hi"), in: 5)
        }
        #expect((try? result.get().id) == 7)
        #expect(time.now >= Timestamp(milliseconds: 1_500))
    }

    @Test("a refusal beyond the deadline is told instead of waited for")
    func longRefusal() async throws {
        let refusal = HTTPResponse.json(
            429, ["message": "slow", "retry_after": 580.0, "global": false], headers: ["X-RateLimit-Scope": "user"])
        let rest = RESTClient.scripted(ScriptedHTTP([.success(refusal)]), time)
        await #expect(throws: RESTError.rateLimited(retryAfter: .seconds(580))) {
            try await rest.editChannel(5, ChannelEdit(name: "new"))
        }
        #expect(time.now == .origin)
    }

    @Test("a deletion that an earlier attempt may have done is no error, another one is")
    func doneAlready() async throws {
        let gone = HTTPResponse.json(404, ["code": 10008, "message": "Unknown Message"])
        let repeated = RESTClient.scripted(ScriptedHTTP([.failure(lost), .success(gone)]), time)
        let result = await result(of: time) { () throws(RESTError) in try await repeated.deleteMessage(7, in: 5) }
        #expect(throws: Never.self) { try result.get() }
        var goneAfterLoss = gone
        goneAfterLoss.wasSentAgain = true
        try await RESTClient.scripted(ScriptedHTTP([.success(goneAfterLoss)]), time).deleteMessage(7, in: 5)
        do throws(RESTError) {
            try await RESTClient.scripted(ScriptedHTTP([.success(gone)]), time).deleteMessage(7, in: 5)
            Issue.record("not refused")
        } catch {
            #expect(error.isUnknownMessage)
            #expect(!error.mayHaveBeenApplied)
        }
    }

    @Test("errors of nested fields are told with their paths")
    func fieldErrors() async throws {
        let body: JSONValue = [
            "code": 50035, "message": "Invalid Form Body",
            "errors": [
                "embeds": [
                    "0": [
                        "fields": [
                            "2": ["name": ["_errors": [["code": "BASE_TYPE_REQUIRED", "message": "Required"]]]]
                        ]
                    ]
                ],
                "_errors": [["code": "X", "message": "whole"]],
            ],
        ]
        let error = DiscordAPIError(.json(400, body))
        #expect(error.code == .invalidForm)
        #expect(
            error.fieldErrors == [
                .init(path: "embeds[0].fields[2].name", code: "BASE_TYPE_REQUIRED", message: "Required"),
                .init(path: "", code: "X", message: "whole"),
            ])
    }

    @Test("an error that is no JSON keeps the beginning of what came")
    func plainError() {
        let error = DiscordAPIError(HTTPResponse(status: 403, body: Array("<html>denied".utf8)))
        #expect(error == DiscordAPIError(status: 403, code: .general, message: "<html>denied"))
    }

    @Test("cancelling ends a wait for a retry")
    func cancelled() async throws {
        let rest = RESTClient.scripted(ScriptedHTTP([.success(unavailable)]), time)
        let task = Task { () -> RESTError? in
            do throws(RESTError) { _ = try await rest.message(7, in: 5) } catch { return error }
            return nil
        }
        await time.waitForSleepers(1)
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    @Test("traffic is counted by route, without ids and tokens")
    func metrics() async throws {
        let metrics = Metrics()
        let rest = RESTClient.scripted(ScriptedHTTP([.success(HTTPResponse(status: 204))]), time, metrics: metrics)
        try await rest.respond(to: 8, token: "hush", with: .deferUpdate)
        let exposition = metrics.exposition()
        #expect(exposition.contains("POST /interactions/{}/{}/callback"))
        #expect(!exposition.contains("hush"))
    }
}

@Suite("Base addresses")
struct BaseURLTests {
    @Test(
        "HTTPS and loopback are taken",
        arguments: ["https://discord.com/api/v10/", "http://127.0.0.1:80/x", "http://localhost:8", "http://[::1]:8/a"])
    func accepted(text: String) throws {
        let url = try #require(BaseURL(text))
        #expect(!url.description.hasSuffix("/"))
        #expect(url.isLoopback == !text.hasPrefix("https"))
    }

    @Test(
        "everything else is refused",
        arguments: [
            "http://discord.com", "ftp://127.0.0.1", "https://", "discord.com", "https://me@host", "https://host?x",
            "http://127.0.0.1.example.org", "http://localhost.example.org", "https://host:port", "https://host:99999",
            "https://host:+443",
            "http://[::1", "https://ho st",
        ])
    func refused(text: String) {
        #expect(BaseURL(text) == nil)
    }
}
