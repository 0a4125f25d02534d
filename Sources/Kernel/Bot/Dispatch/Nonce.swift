/// Nonces that make a message happen once: derived from what caused it and from the step that sends it.
///
/// Sent with `enforce_nonce`, a repeat within minutes returns the message that exists, across replays, restarts and two
/// overlapping instances. Discord allows 25 characters (Create Message, nonce). Source: design, section 6.
public enum Nonce {
    /// The nonce of one step of one cause; equal inputs give equal nonces in every process.
    public static func derived(from cause: String, step: String) -> String {
        let text = Array("\(cause)\u{1F}\(step)".utf8)
        // Two independent 64-bit FNV-1a passes: chance collisions inside Discord's window of minutes cannot matter.
        let first = fnv1a(text, basis: 0xcbf2_9ce4_8422_2325)
        let second = fnv1a(text.reversed(), basis: 0x9e37_79b9_7f4a_7c15)
        return String(first, radix: 36) + String(second & 0x7ff_ffff_ffff, radix: 36)
    }

    private static func fnv1a(_ bytes: some Sequence<UInt8>, basis: UInt64) -> UInt64 {
        bytes.reduce(basis) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
