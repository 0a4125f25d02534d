import CCrypto

/// An RSA key that signs with SHA-256 (RS256; RFC 7518, section 3.3).
///
/// It keeps the text of the key and reads it for every signature: that is needed once an hour, and nothing of OpenSSL
/// has to be kept alive or shared between threads.
struct SigningKey: Sendable {
    private let pem: [UInt8]

    /// The key of a PEM text (PKCS #8 or PKCS #1); nil if there is no private RSA key in it.
    init?(pem text: String) {
        pem = Array(text.utf8)
        guard let key = load() else { return nil }
        defer { EVP_PKEY_free(key) }
        guard EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else { return nil }
    }

    /// The signature of `message`; nil if OpenSSL refuses.
    func signature(of message: [UInt8]) -> [UInt8]? {
        guard let key = load() else { return nil }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return nil }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1 else { return nil }
        var count = 0
        guard EVP_DigestSign(context, nil, &count, message, message.count) == 1 else { return nil }
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1 else { return nil }
        return Array(signature.prefix(count))
    }

    private func load() -> OpaquePointer? {
        pem.withUnsafeBytes { bytes in
            guard let source = BIO_new_mem_buf(bytes.baseAddress, Int32(clamping: bytes.count)) else { return nil }
            defer { BIO_free(source) }
            // An encrypted key must not make OpenSSL ask for a password on the terminal.
            return PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in -1 }, nil)
        }
    }
}
