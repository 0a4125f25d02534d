import CSimdJSON

/// simdjson's tape of one document: words of 64 bits with the type in the high byte (simdjson, `doc/tape.md`).
///
/// - an object or array: payload bits 0–31 are the index after its closing word, bits 32–55 its count, saturating;
/// - a string: payload bits 0–31 are the offset of its length and bytes in `strings`, bits 32–55 its fingerprint;
/// - a number: the next word holds its bits.
///
/// `@unchecked Sendable`: the words and strings are written before `init` returns, never after, and freed in `deinit`, when
/// no reference is left. All indices that other types hold were read from this very tape.
final class Tape: @unchecked Sendable {
    /// Word 0 frames the document; the root value begins after it.
    static let rootIndex = 1

    private let document: csimdjson_document
    private let words: UnsafePointer<UInt64>
    private let strings: UnsafePointer<UInt8>

    init(parsing bytes: UnsafeBufferPointer<UInt8>, maximumDepth: Int) throws(JSONError) {
        var document = csimdjson_document()
        let outcome = csimdjson_parse(bytes.baseAddress, bytes.count, maximumDepth, &document)
        guard outcome == csimdjson_ok, let words = document.tape, let strings = document.strings else {
            throw JSONError(outcome, maximumDepth: maximumDepth)
        }
        self.document = document
        self.words = words
        self.strings = strings
    }

    deinit {
        csimdjson_release(document)
    }

    /// What a word begins.
    enum Tag {
        static let object = UInt8(ascii: "{")
        static let array = UInt8(ascii: "[")
        static let string = UInt8(ascii: "\"")
        static let signed = UInt8(ascii: "l")
        static let unsigned = UInt8(ascii: "u")
        static let double = UInt8(ascii: "d")
        static let isTrue = UInt8(ascii: "t")
        static let isFalse = UInt8(ascii: "f")
        static let null = UInt8(ascii: "n")
    }

    func tag(at index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: words[index] >> 56)
    }

    /// The bits of the number that begins at `index`.
    func numberBits(at index: Int) -> UInt64 {
        words[index + 1]
    }

    /// The index of what follows the value that begins at `index`.
    func index(after index: Int) -> Int {
        let word = words[index]
        switch UInt8(truncatingIfNeeded: word >> 56) {
        case Tag.object, Tag.array: return Int(truncatingIfNeeded: word & 0xffff_ffff)
        case Tag.signed, Tag.unsigned, Tag.double: return index + 2
        default: return index + 1
        }
    }

    /// The index of the closing word of the array or object that begins at `index`.
    func closing(of index: Int) -> Int {
        Int(truncatingIfNeeded: words[index] & 0xffff_ffff) - 1
    }

    /// The UTF-8 bytes of the string at `index`; valid while the tape lives.
    func utf8(at index: Int) -> UnsafeBufferPointer<UInt8> {
        let length = strings + Int(truncatingIfNeeded: words[index] & 0xffff_ffff)
        let count = UnsafeRawPointer(length).loadUnaligned(as: UInt32.self)
        return UnsafeBufferPointer(start: length + MemoryLayout<UInt32>.size, count: Int(count))
    }

    /// The string at `index`.
    func string(at index: Int) -> String {
        String(decoding: utf8(at: index), as: UTF8.self)
    }

    /// The index of the value of the first member of the object at `object` whose key has these bytes.
    func member(_ key: UnsafeBufferPointer<UInt8>, of object: Int) -> Int? {
        let word = UInt64(Tag.string) << 24 | UInt64(Self.fingerprint(of: key))
        var cursor = object + 1
        let end = closing(of: object)
        while cursor < end {
            if words[cursor] >> 32 == word, utf8(at: cursor).holdsSameBytes(as: key) { return cursor + 1 }
            cursor = index(after: cursor + 1)
        }
        return nil
    }

    private static func fingerprint(of key: UnsafeBufferPointer<UInt8>) -> UInt32 {
        key.baseAddress.map { csimdjson_fingerprint($0, key.count) } ?? 0
    }
}

extension JSONError {
    fileprivate init(_ outcome: csimdjson_outcome, maximumDepth: Int) {
        self =
            switch outcome {
            case csimdjson_empty: .empty
            case csimdjson_too_large: .tooLarge
            case csimdjson_too_deep: .tooDeep(limit: maximumDepth)
            case csimdjson_out_of_memory: .outOfMemory
            case csimdjson_invalid_utf8: .invalidUTF8
            case csimdjson_unclosed_string: .unclosedString
            case csimdjson_control_character: .controlCharacterInString
            case csimdjson_invalid_string: .invalidEscape
            case csimdjson_invalid_number: .invalidNumber
            case csimdjson_invalid_literal: .invalidLiteral
            default: .invalidStructure
            }
    }
}
