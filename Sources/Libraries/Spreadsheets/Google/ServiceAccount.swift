import FoundationEssentials

/// The identity that a program has with Google: an e-mail address and the key that proves it.
///
/// The text is the JSON key file that Google issues for a service account, as it is or in Base64.
/// No part of it is ever printed: descriptions show nothing, errors name only what is missing.
///
/// Source: https://developers.google.com/identity/protocols/oauth2/service-account
public struct ServiceAccount: Sendable {
    /// The address that spreadsheets must be shared with.
    public let email: String
    /// Where the signed claim is exchanged for a token, as the key file says.
    public let tokenAddress: String
    /// The id of the key, if the file names one.
    let keyID: String?
    let key: SigningKey

    /// Reads a key file, plain or in Base64.
    ///
    /// - Throws: ``WorkbookError/configuration(_:)``, with a reason that shows nothing of the text.
    public init(parsing text: String) throws(WorkbookError) {
        let trimmed = text.drop { $0.isWhitespace }
        let bytes: Data
        if trimmed.first == "{" {
            bytes = Data(trimmed.utf8)
        } else {
            guard let decoded = Data(base64Encoded: String(text.filter { !$0.isWhitespace })) else {
                throw .configuration("service account is neither JSON nor Base64 of JSON")
            }
            bytes = decoded
        }
        guard let file = try? JSONDecoder().decode(KeyFile.self, from: bytes) else {
            throw .configuration("service account is not a JSON key file")
        }
        guard let email = file.client_email, !email.isEmpty else {
            throw .configuration("service account has no client_email")
        }
        guard let pem = file.private_key, let key = SigningKey(pem: pem) else {
            throw .configuration("service account has no usable private_key")
        }
        self.email = email
        self.key = key
        self.keyID = file.private_key_id
        self.tokenAddress = file.token_uri ?? "https://oauth2.googleapis.com/token"
    }

    /// The fields of a key file that matter here, under Google's names.
    private struct KeyFile: Decodable {
        let client_email: String?
        let private_key: String?
        let private_key_id: String?
        let token_uri: String?
    }
}

extension ServiceAccount: CustomStringConvertible, CustomReflectable {
    /// Says only what it is.
    public var description: String { "ServiceAccount" }

    /// Shows no members, so that a dump cannot show the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}

// MARK: - Claims

extension ServiceAccount {
    /// How long a claim, and the token that it buys, is asked to live.
    static let lifetime: Int64 = 3600

    /// A signed claim for one scope (JWT, RS256; RFC 7523). `issuedAt` is in seconds since the Unix epoch.
    func assertion(scope: String, audience: String, issuedAt: Int64) throws(WorkbookError) -> String {
        let header = Header(alg: "RS256", typ: "JWT", kid: keyID)
        let claims = Claims(
            iss: email, scope: scope, aud: audience, iat: issuedAt, exp: issuedAt + Self.lifetime)
        guard let first = try? JSONEncoder().encode(header), let second = try? JSONEncoder().encode(claims) else {
            throw .configuration("service account cannot be written as a claim")
        }
        let signed = "\(Self.base64URL(first)).\(Self.base64URL(second))"
        guard let signature = key.signature(of: Array(signed.utf8)) else {
            throw .configuration("service account's private_key cannot sign")
        }
        return "\(signed).\(Self.base64URL(Data(signature)))"
    }

    private struct Header: Encodable {
        let alg: String
        let typ: String
        let kid: String?
    }

    private struct Claims: Encodable {
        let iss: String
        let scope: String
        let aud: String
        let iat: Int64
        let exp: Int64
    }

    /// Base64 without padding, with `-` and `_` (RFC 4648, section 5).
    private static func base64URL(_ data: Data) -> String {
        var text = ""
        for character in data.base64EncodedString() {
            switch character {
            case "+": text.append("-")
            case "/": text.append("_")
            case "=": break
            default: text.append(character)
            }
        }
        return text
    }
}
