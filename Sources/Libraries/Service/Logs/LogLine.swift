/// Writes a record as one line of JSON. Non-ASCII text stays as it is.
///
/// Keys: `ts`, `level`, `logger`, `msg`, `trace`, `env`, `bot`, then `error` and `stack` if an error is attached, then
/// the fields. A field never overwrites one of those keys: it is stored as `context_<key>`, and if that exists too as
/// `context_<key>_2`, `_3` and so on.
struct LogLine {
    private(set) var bytes: [UInt8] = []
    private let redactor: Redactor?

    init(_ record: LogRecord, environment: String, bot: String, redactor: Redactor?) {
        self.redactor = redactor
        bytes.reserveCapacity(256)
        bytes.append(UInt8(ascii: "{"))
        member("ts", plain: record.time.iso8601, isFirst: true)
        member("level", plain: record.level.name)
        member("logger", plain: record.logger)
        member("msg", .string(record.message))
        member("trace", plain: record.trace)
        member("env", plain: environment)
        member("bot", plain: bot)
        var taken: Set<String> = ["ts", "level", "logger", "msg", "trace", "env", "bot"]
        if let error = record.error {
            member("error", .string(error))
            taken.insert("error")
        }
        if let stack = record.stack {
            member("stack", .string(stack))
            taken.insert("stack")
        }
        for (name, field) in zip(Self.names(of: record.fields.map(\.key), taken: taken), record.fields) {
            member(name, field.value)
        }
        bytes.append(UInt8(ascii: "}"))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// The names under which fields are stored. Fields that keep their name come first, so that a field that is really
    /// called `context_ts` keeps its name beside a clashing `ts`.
    static func names(of keys: [String], taken: Set<String>) -> [String] {
        var taken = taken
        var names = keys
        let clashing = keys.indices.filter { !taken.insert(keys[$0]).inserted }
        for index in clashing {
            let base = "context_" + keys[index]
            var name = base
            var number = 2
            while !taken.insert(name).inserted {
                name = "\(base)_\(number)"
                number += 1
            }
            names[index] = name
        }
        return names
    }

    private mutating func member(_ key: String, plain text: String, isFirst: Bool = false) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        append(quoted: key)
        bytes.append(UInt8(ascii: ":"))
        append(quoted: text)
    }

    private mutating func member(_ key: String, _ value: LogValue) {
        bytes.append(UInt8(ascii: ","))
        append(quoted: key)
        bytes.append(UInt8(ascii: ":"))
        append(value)
    }

    private mutating func append(_ value: LogValue) {
        switch value {
        case .null: bytes += Array("null".utf8)
        case .bool(let bool): bytes += Array((bool ? "true" : "false").utf8)
        case .int(let number): bytes += Array(String(number).utf8)
        case .double(let number) where number.isFinite:
            let whole = Int64(exactly: number)
            bytes += Array((whole.map { String($0) } ?? String(number)).utf8)
        // JSON has no such numbers.
        case .double(let number): append(quoted: String(number))
        case .string(let text): append(quoted: redactor?.line(text) ?? text)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(element)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(quoted: member.key)
                bytes.append(UInt8(ascii: ":"))
                append(member.value)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private mutating func append(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0x0A: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
            case 0x0D: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
            case 0x09: bytes += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
            case 0..<0x20:
                bytes += Array("\\u00".utf8)
                bytes.append(Hexadecimal.digit(byte >> 4))
                bytes.append(Hexadecimal.digit(byte))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
