import Configuration
import Discord

/// The address under which our proxy serves an emoji, padded. Source: recruitment chapter, section 5.2.
struct EmojiPadLink {
    var base: String
    var emoji: EmojiID
    var source: String
    var registry: Registry

    var url: String {
        let size = registry[\.media.emojiPadSize]
        let box = registry[\.media.emojiPadBox]
        return "\(base)/emoji-pad?u=\(Self.escaped(source))&s=\(size)&box=\(box)&v=\(emoji)"
    }

    private static let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)

    private static func escaped(_ text: String) -> String {
        text.utf8.reduce(into: "") { escaped, byte in
            if unreserved.contains(byte) {
                escaped.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                escaped += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
    }
}
