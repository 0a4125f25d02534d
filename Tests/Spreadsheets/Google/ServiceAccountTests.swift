import CCrypto
import FoundationEssentials
import Testing

@testable import Spreadsheets

@Suite("Service accounts")
struct ServiceAccountTests {
    @Test("a key file is read as it is and in Base64")
    func notations() throws {
        let plain = try ServiceAccount(parsing: "\n " + TestAccount.json)
        let wrapped = try ServiceAccount(parsing: Data(TestAccount.json.utf8).base64EncodedString() + "\n")
        #expect(plain.email == TestAccount.email)
        #expect(wrapped.email == TestAccount.email)
        #expect(plain.tokenAddress == "https://example.org/token")
    }

    @Test(
        "what is no key file is refused, and the reason shows nothing of it",
        arguments: [
            "", "canary-7351", "{canary-7351", #"{"client_email":"canary-7351@x"}"#,
            #"{"client_email":"a@x","private_key":"canary-7351"}"#, #"{"private_key":"canary-7351"}"#,
            #"["canary-7351"]"#,
        ])
    func refused(text: String) throws {
        let error = try #require(throws: WorkbookError.self) { _ = try ServiceAccount(parsing: text) }
        guard case .configuration = error else { throw error }
        #expect(!"\(error)".contains("canary"))
    }

    @Test("no description shows the key")
    func descriptions() throws {
        let account = try ServiceAccount(parsing: TestAccount.json)
        var dumped = ""
        dump(account, to: &dumped)
        for text in ["\(account)", String(reflecting: account), dumped] {
            #expect(!text.contains("PRIVATE KEY") && !text.contains("example"))
        }
    }

    @Test("a claim carries what Google demands, signed so that the public key verifies it")
    func claim() throws {
        let account = try ServiceAccount(parsing: TestAccount.json)
        let claim = try account.assertion(scope: "a b", audience: "https://example.org/token", issuedAt: 1_700_000_000)
        let parts = claim.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        let decoded = try parts.map { try #require(Self.bytes(base64URL: $0)) }
        let header = try JSONDecoder().decode([String: String].self, from: Data(decoded[0]))
        #expect(header == ["alg": "RS256", "typ": "JWT", "kid": "k1"])
        let claims = try JSONDecoder().decode(Claims.self, from: Data(decoded[1]))
        #expect(claims.iss == TestAccount.email)
        #expect(claims.scope == "a b")
        #expect(claims.aud == "https://example.org/token")
        #expect(claims.exp - claims.iat == 3600)
        #expect(Self.verifies(decoded[2], Array("\(parts[0]).\(parts[1])".utf8)))
        #expect(!Self.verifies(decoded[2], Array("\(parts[0]).\(parts[1])x".utf8)))
    }

    private struct Claims: Decodable {
        let iss: String
        let scope: String
        let aud: String
        let iat: Int64
        let exp: Int64
    }

    private static func bytes(base64URL text: String) -> [UInt8]? {
        var text = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        while text.utf8.count % 4 != 0 { text += "=" }
        return Data(base64Encoded: text).map(Array.init)
    }

    private static func verifies(_ signature: [UInt8], _ message: [UInt8]) -> Bool {
        let pem = Array(TestAccount.publicKey.utf8)
        let source = BIO_new_mem_buf(pem, Int32(pem.count))
        defer { BIO_free(source) }
        let key = PEM_read_bio_PUBKEY(source, nil, nil, nil)
        defer { EVP_PKEY_free(key) }
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1 else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}
