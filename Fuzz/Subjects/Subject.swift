/// A parser under test, as the promises that it keeps for every input.
///
/// The same promises serve twice: the fuzzer looks for an input that breaks one, and ordinary tests replay the inputs
/// under `Fuzz/Inputs`. A trap, an endless loop and unlimited memory count as broken promises too.
struct Subject: Sendable {
    /// The name by which it is chosen; also the folder of its inputs.
    let name: String
    /// Feeds one input to the parser.
    let check: @Sendable ([UInt8]) throws -> Void

    init(_ name: String, check: @escaping @Sendable ([UInt8]) throws -> Void) {
        self.name = name
        self.check = check
    }

    /// A parser of text: bytes that are no UTF-8 are repaired first.
    static func text(_ name: String, check: @escaping @Sendable (String) throws -> Void) -> Subject {
        Subject(name) { bytes in try check(String(decoding: bytes, as: UTF8.self)) }
    }
}

extension Subject {
    /// Every parser that reads what somebody else wrote.
    static let all: [Subject] = [
        .json, .gateway, .compression, .discordText, .httpHead, .webSocket, .addresses,
        .commandLine, .componentID, .environment, .settings, .a1, .csv, .cells, .png, .redaction, .ticketNames,
        .ledgerDates, .roster, .questions, .timeZone,
    ]
}

/// A promise that an input broke.
struct BrokenPromise: Error, CustomStringConvertible {
    let description: String
}

/// Demands that something holds.
func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws(BrokenPromise) {
    guard !holds else { return }
    throw BrokenPromise(description: what())
}

extension String {
    /// Equality by bytes; `==` would also accept canonical equivalents.
    func isSpelled(like other: String) -> Bool {
        utf8.elementsEqual(other.utf8)
    }
}

extension [String] {
    /// Equality by bytes.
    func areSpelled(like other: [String]) -> Bool {
        elementsEqual(other) { $0.isSpelled(like: $1) }
    }
}

extension [UInt8] {
    /// Cuts the bytes behind the first into pieces; the first says how long they are.
    var pieces: [[UInt8]] {
        guard let first else { return [] }
        let rest = dropFirst()
        let length = Int(first % 17) + 1
        return stride(from: rest.startIndex, to: rest.endIndex, by: length).map { start in
            Array(rest[start..<Swift.min(start + length, rest.endIndex)])
        }
    }
}
