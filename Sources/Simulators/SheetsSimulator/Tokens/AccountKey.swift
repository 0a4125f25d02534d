import CCrypto

/// An RSA key pair of a simulated service account.
struct AccountKey: Sendable {
    /// The private key, PKCS #8, PEM.
    let privatePEM: String
    private let publicPEM: [UInt8]

    /// A new pair of 2048 bits.
    init() throws(SheetsSimulatorError) {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, nil) else { throw .noKey }
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, 2048) == 1,
            EVP_PKEY_keygen(context, &key) == 1
        else { throw .noKey }
        defer { EVP_PKEY_free(key) }
        guard let privateKey = Self.pem({ PEM_write_bio_PrivateKey($0, key, nil, nil, 0, nil, nil) }),
            let publicKey = Self.pem({ PEM_write_bio_PUBKEY($0, key) })
        else { throw .noKey }
        privatePEM = String(decoding: privateKey, as: UTF8.self)
        publicPEM = publicKey
    }

    /// Whether the private key made this signature (RS256).
    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let source = BIO_new_mem_buf(publicPEM, Int32(clamping: publicPEM.count)) else { return false }
        defer { BIO_free(source) }
        guard let key = PEM_read_bio_PUBKEY(source, nil, nil, nil) else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1
            && EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    private static func pem(_ write: (OpaquePointer) -> Int32) -> [UInt8]? {
        guard let target = BIO_new(BIO_s_mem()) else { return nil }
        defer { BIO_free(target) }
        guard write(target) == 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 8192)
        let count = BIO_read(target, &bytes, Int32(bytes.count))
        return count > 0 ? Array(bytes.prefix(Int(count))) : nil
    }
}
