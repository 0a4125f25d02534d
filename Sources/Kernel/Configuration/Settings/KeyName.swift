/// The form in which names of settings are compared.
public enum KeyName {
    /// Upper case, with every character outside `A-Z a-z 0-9 _` taken for `_`, runs of `_` as one and none at the ends,
    /// so that `onboarding.sheet_id` finds `ONBOARDING_SHEET_ID` (runtime chapter, section 4.1).
    public static func normalised(_ text: some StringProtocol) -> String {
        let parts = text.utf8.split { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                false
            default: true
            }
        }
        return parts.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "_").uppercased()
    }

    /// Whether a setting of this name holds something that must never be shown (runtime chapter, section 11).
    public static func isSecret(_ name: String) -> Bool {
        let name = normalised(name)
        return name == "GSPREAD_CREDENTIALS"
            || ["TOKEN", "CREDENTIAL", "SERVICE_ACCOUNT"].contains { name.contains($0) }
            || name.hasSuffix("_SECRET")
    }
}

extension StringProtocol {
    /// The text without blanks and line breaks around it.
    var trimmed: Substring {
        var rest = Substring(self)
        while let first = rest.first, first.isWhitespace { rest.removeFirst() }
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }
}
