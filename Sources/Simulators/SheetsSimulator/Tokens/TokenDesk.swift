import FoundationEssentials
import JSON
import Service
import Synchronization
import WebServer

/// Sells tokens for signed claims, and knows which it has sold.
///
/// Source: https://developers.google.com/identity/protocols/oauth2/service-account#httprest
final class TokenDesk: Sendable {
    private static let email = "woad@simulated.iam.gserviceaccount.com"
    private static let publicAddress = "https://oauth2.googleapis.com/token"
    private static let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    private static let scope = "https://www.googleapis.com/auth/spreadsheets"
    /// How far two clocks may be apart.
    private static let tolerance = 300.0

    private struct State {
        var address = ""
        var sold: [String: Timestamp] = [:]
        var count = 0
    }

    private let key: AccountKey
    private let lifetime: Duration
    private let calendar: any TimeSource
    private let transport: any TimeSource
    private let state = Mutex(State())

    init(key: AccountKey, lifetime: Duration, calendar: any TimeSource, transport: any TimeSource) {
        (self.key, self.lifetime, self.calendar, self.transport) = (key, lifetime, calendar, transport)
    }

    /// Claims must be addressed to this address from now on.
    func opens(at address: String) { state.withLock { $0.address = address } }

    func revokeTokens() { state.withLock { $0.sold = [:] } }

    /// The key file of the one account.
    var credentials: String {
        let file: JSONValue = [
            "type": "service_account", "project_id": "simulated", "private_key_id": "k1",
            "private_key": .string(key.privatePEM), "client_email": .string(Self.email), "client_id": "1",
            "token_uri": .string(state.withLock { $0.address }),
        ]
        return String(decoding: file.encoded(), as: UTF8.self)
    }

    /// Whether a header carries a token that was sold and has not run out.
    func admits(_ authorization: String?) -> Bool {
        guard let authorization, authorization.hasPrefix("Bearer ") else { return false }
        let token = String(authorization.dropFirst("Bearer ".count))
        return state.withLock { $0.sold[token] }.map { transport.now < $0 } ?? false
    }

    /// Answers a purchase.
    func sell(_ request: WebRequest) -> (status: Int, body: JSONValue) {
        let form = Form(request.body)
        guard form["grant_type"] == Self.grant else {
            return Self.refused("unsupported_grant_type", "Invalid grant_type")
        }
        guard let assertion = form["assertion"] else { return Self.refused("invalid_request", "Missing assertion") }
        if let complaint = complaint(about: assertion) { return Self.refused("invalid_grant", complaint) }
        let until = transport.now + lifetime
        let token = state.withLock { state in
            state.count += 1
            let token = "ya29.simulated-\(state.count)"
            state.sold[token] = until
            return token
        }
        return (
            200,
            [
                "access_token": .string(token), "expires_in": .integer(Int64(lifetime.inSeconds)),
                "token_type": "Bearer",
            ]
        )
    }

    private func complaint(about assertion: String) -> String? {
        let parts = assertion.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, let header = Self.json(parts[0]), let claims = Self.json(parts[1]),
            let signature = Self.bytes(base64URL: parts[2])
        else { return "Invalid JWT" }
        guard header["alg"]?.string == "RS256" else { return "Invalid JWT: unsupported algorithm" }
        guard key.verifies(signature, of: Array("\(parts[0]).\(parts[1])".utf8)) else {
            return "Invalid JWT Signature."
        }
        guard claims["iss"]?.string == Self.email else { return "Invalid issuer" }
        // Google's own libraries name its public address whatever the key file says, and Google takes both.
        let audiences = [state.withLock { $0.address }, Self.publicAddress]
        guard audiences.contains(where: { claims["aud"]?.string == $0 }) else { return "Invalid audience" }
        guard claims["scope"]?.string?.split(separator: " ").contains(Substring(Self.scope)) == true else {
            return "Invalid scope"
        }
        guard let issued = claims["iat"]?.double, let expires = claims["exp"]?.double else { return "Invalid JWT" }
        let now = calendar.now.seconds
        let isTimely =
            expires - issued <= 3600 && issued <= now + Self.tolerance && expires >= now - Self.tolerance
        return isTimely
            ? nil : "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe."
    }

    private static func refused(_ word: String, _ description: String) -> (status: Int, body: JSONValue) {
        (400, ["error": .string(word), "error_description": .string(description)])
    }

    private static func json(_ part: String) -> JSONValue? {
        bytes(base64URL: part).flatMap { try? JSONValue(parsing: $0) }
    }

    private static func bytes(base64URL text: String) -> [UInt8]? {
        var text = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while text.utf8.count % 4 != 0 { text += "=" }
        return Data(base64Encoded: text).map(Array.init)
    }
}

/// A body of `application/x-www-form-urlencoded`.
private struct Form {
    private var fields: [String: String] = [:]

    init(_ body: [UInt8]) {
        for pair in body.split(separator: UInt8(ascii: "&")) {
            let sides = pair.split(separator: UInt8(ascii: "="), maxSplits: 1)
            guard let name = sides.first else { continue }
            fields[Self.decoded(name)] = sides.count > 1 ? Self.decoded(sides[1]) : ""
        }
    }

    subscript(_ name: String) -> String? { fields[name] }

    private static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                result.append(value)
                rest = rest.dropFirst(2)
            } else {
                result.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
