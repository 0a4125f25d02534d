import CCrypto

/// Masks secrets in text.
///
/// A secret becomes `***` and the first four hex digits of its SHA-1, so that equal secrets look equal; a service
/// account becomes `***sa-json:len=<length>-<4 hex>`.
///
/// Two strengths: ``line(_:)`` masks what can only be a secret, and is for logs and errors; ``reply(_:)`` also masks
/// what merely looks like one, and would destroy names, ids and traces in a log. Work is linear in the length of the
/// text, whatever the text is.
public struct Redactor: Sendable {
    /// Shorter values are not taken for secrets: masking them would take common words from every line.
    static let shortestSecret = 6

    private let literals: [[UInt8]]

    /// A redactor that also masks these very values wherever they occur.
    public init(secrets: [String] = []) {
        literals = Set(secrets.map { Array($0.utf8) })
            .filter { $0.count >= Self.shortestSecret }
            .sorted { $0.count != $1.count ? $0.count > $1.count : $0.lexicographicallyPrecedes($1) }
    }

    /// Text for a log line or an error: known values, service accounts, private keys, webhooks, and tokens of Discord
    /// and Google are masked.
    public func line(_ text: String) -> String {
        let bytes = Array(text.utf8)
        if let mask = Self.wholeServiceAccount(bytes) { return mask }
        let masked = certain(bytes)
        return masked.count == bytes.count && masked == bytes ? text : String(decoding: masked, as: UTF8.self)
    }

    /// Text for a reply to an operator: as ``line(_:)``, and also values of fields named token, secret, credential or
    /// key, and every long run of letters and digits.
    public func reply(_ text: String) -> String {
        let bytes = Array(text.utf8)
        if let mask = Self.wholeServiceAccount(bytes) { return mask }
        var masked = certain(bytes)
        for rule in [SecretScanner.namedStrings, SecretScanner.assignments, SecretScanner.longRuns] {
            masked = Self.masking(rule(masked), in: masked)
        }
        return String(decoding: masked, as: UTF8.self)
    }

    /// A value for an operator: every text in it as by ``reply(_:)``.
    public func reply(_ value: LogValue) -> LogValue {
        switch value {
        case .string(let text): .string(reply(text))
        case .array(let elements): .array(elements.map { reply($0) })
        case .object(let members): .object(members.map { LogValue.Member($0.key, reply($0.value)) })
        case .null, .bool, .int, .double: value
        }
    }

    private func certain(_ bytes: [UInt8]) -> [UInt8] {
        var masked = bytes
        for literal in literals {
            masked = Self.masking(SecretScanner.occurrences(of: literal, in: masked), in: masked)
        }
        masked = Self.masking(SecretScanner.serviceAccounts(masked), in: masked, by: Self.serviceAccountMask)
        for rule in SecretScanner.certainRules {
            masked = Self.masking(rule(masked), in: masked)
        }
        return masked
    }

    /// Replaces ranges, which ascend and do not overlap.
    private static func masking(
        _ ranges: [Range<Int>], in bytes: [UInt8], by mask: ([UInt8]) -> String = { Redactor.mask($0) }
    ) -> [UInt8] {
        guard !ranges.isEmpty else { return bytes }
        var result: [UInt8] = []
        var position = 0
        for range in ranges {
            result += bytes[position..<range.lowerBound]
            result += Array(mask(Array(bytes[range])).utf8)
            position = range.upperBound
        }
        return result + bytes[position...]
    }
}

// MARK: - Masks

extension Redactor {
    /// The mask of a secret; of a missing or empty one `—`.
    public static func mask(_ secret: String?) -> String {
        guard let secret, !secret.isEmpty else { return "—" }
        let bytes = Array(secret.utf8)
        return wholeServiceAccount(bytes) ?? mask(bytes)
    }

    private static func mask(_ bytes: [UInt8]) -> String {
        if SecretScanner.isServiceAccount(bytes) { return serviceAccountMask(bytes) }
        return "***" + digest(bytes)
    }

    private static func serviceAccountMask(_ bytes: [UInt8]) -> String {
        let length = String(decoding: bytes, as: UTF8.self).unicodeScalars.count
        return "***sa-json:len=\(length)-\(digest(bytes))"
    }

    private static func wholeServiceAccount(_ bytes: [UInt8]) -> String? {
        SecretScanner.isServiceAccount(bytes) ? serviceAccountMask(bytes) : nil
    }

    /// The first four hex digits of the SHA-1. It only has to tell secrets apart, not to withstand attack.
    private static func digest(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var length: UInt32 = 0
        guard EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha1(), nil) == 1 else { return "????" }
        let digits = digest.prefix(2).flatMap { [Hexadecimal.digit($0 >> 4), Hexadecimal.digit($0)] }
        return String(decoding: digits, as: UTF8.self)
    }
}

// MARK: - Names

extension Redactor {
    /// Whether a setting of that name holds a secret: the name contains `TOKEN`, `CREDENTIAL` or `SERVICE_ACCOUNT`, ends
    /// in `_SECRET`, or is one of `others`. Case does not matter.
    public static func isSecretName(_ name: String, others: Set<String> = []) -> Bool {
        let name = name.uppercased()
        let bytes = Array(name.utf8)
        return others.contains(name) || name.hasSuffix("_SECRET")
            || ["TOKEN", "CREDENTIAL", "SERVICE_ACCOUNT"].contains {
                !SecretScanner.occurrences(of: Array($0.utf8), in: bytes).isEmpty
            }
    }

    /// A list of ids for an operator: up to three in full, otherwise how many there are.
    public static func idList(_ ids: [String]) -> String {
        if ids.isEmpty { return "—" }
        return ids.count <= 3 ? ids.joined(separator: ", ") : "\(ids.count) ids"
    }
}
