import FoundationEssentials
import HTTPClient
import Service

/// The bearer token that calls carry: bought with a signed claim, shared by all calls, renewed before it runs out.
///
/// Source: https://developers.google.com/identity/protocols/oauth2/service-account#httprest
actor AccessTokens {
    /// How long before its end a token is renewed.
    private static let renewalMargin = Duration.seconds(300)

    private struct Token {
        let text: String
        let renewAt: Timestamp
    }

    private let account: ServiceAccount
    private let address: String
    private let scope: String
    private let transport: any HTTPTransport
    private let transportTime: any TimeSource
    private let calendarTime: any TimeSource
    private var token: Token?
    private var running: SharedCall<Token>?

    /// Tokens for one scope. `address` replaces the one in the key file.
    init(
        account: ServiceAccount, address: String?, scope: String, transport: any HTTPTransport,
        transportTime: any TimeSource, calendarTime: any TimeSource
    ) {
        self.account = account
        self.address = address ?? account.tokenAddress
        self.scope = scope
        self.transport = transport
        self.transportTime = transportTime
        self.calendarTime = calendarTime
    }

    /// The present token, or a new one. Callers that come while one is being bought share it.
    ///
    /// - Throws: `configuration` if the account is refused, `transient` or `quota` if it may be accepted later.
    func current(until deadline: Timestamp) async throws(WorkbookError) -> String {
        if let token, transportTime.now < token.renewAt { return token.text }
        let purchase: SharedCall<Token>
        if let running, running.join() {
            purchase = running
        } else {
            purchase = SharedCall { [self] () async throws(WorkbookError) in try await buyAndKeep() }
            running = purchase
        }
        return try await purchase.value(until: deadline, transportTime).text
    }

    /// Forgets a token that was refused, unless it has been replaced already.
    func refuse(_ text: String) {
        if token?.text == text { token = nil }
    }

    /// Keeps the token when it comes. Those who wait for it may look later, when it has been refused already.
    private func buyAndKeep() async throws(WorkbookError) -> Token {
        let bought = try await buy()
        token = bought
        return bought
    }

    private func buy() async throws(WorkbookError) -> Token {
        let issuedAt = Int64(calendarTime.now.seconds.rounded(.down))
        let assertion = try account.assertion(scope: scope, audience: address, issuedAt: issuedAt)
        let form = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=\(assertion)"
        let request = HTTPRequest(
            .post, address, body: .bytes(Array(form.utf8), contentType: "application/x-www-form-urlencoded"),
            deadline: GoogleWorkbook.callTimeout, maximumResponseBytes: 64 << 10)
        let sentAt = transportTime.now
        let response: HTTPResponse
        do { response = try await transport.send(request) } catch { throw .transient("token: \(error)") }
        switch response.status {
        case 200: break
        case 429: throw .quota("token: status 429", retryAfter: RetryAfter.seconds(response.headers["Retry-After"]))
        case 408, 500...: throw .transient("token: status \(response.status)")
        default:
            // The answer's `error` is a fixed word such as invalid_grant; its description may quote the request.
            let word = (try? JSONDecoder().decode(Refusal.self, from: Data(response.body)))?.error
            throw .configuration("credentials refused: \(word.map(Self.plain) ?? "status \(response.status)")")
        }
        guard let grant = try? JSONDecoder().decode(Grant.self, from: Data(response.body)), !grant.access_token.isEmpty
        else { throw .transient("token: unreadable answer") }
        let lifetime = Duration.seconds(grant.expires_in ?? 0)
        return Token(text: grant.access_token, renewAt: sentAt + lifetime - Self.renewalMargin)
    }

    private static func plain(_ word: String) -> String {
        String(word.filter { $0.isASCII && ($0.isLetter || $0 == "_") }.prefix(40))
    }

    private struct Grant: Decodable {
        let access_token: String
        let expires_in: Int64?
    }

    private struct Refusal: Decodable {
        let error: String
    }
}

/// The header with which a service says when to come back (RFC 9110, section 10.2.3).
enum RetryAfter {
    /// The pause in whole seconds; the form with a date is not used by Google and counts as none.
    static func seconds(_ text: String?) -> Duration? {
        text.flatMap { Int64($0) }.flatMap { $0 >= 0 ? .seconds(min($0, 3600)) : nil }
    }
}
