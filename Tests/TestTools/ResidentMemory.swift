import Glibc

/// The memory of this process that lies in RAM, in bytes: `proc(5)`, `/proc/self/statm`.
package func residentMemory() -> Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [UInt8](repeating: 0, count: 256)
    let count = fread(&line, 1, line.count, file)
    let fields = String(decoding: line[..<count], as: UTF8.self).split(separator: " ")
    return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(getpagesize())
}

/// Whether the long forms of slow proofs run: `WOADKEEPER_SOAK=1`.
package var isSoaking: Bool { getenv("WOADKEEPER_SOAK").map { String(cString: $0) } == "1" }

/// Whether the address sanitizer watches, which holds back what is freed, so that resident memory tells nothing.
package var isAddressSanitized: Bool { dlsym(nil, "__asan_init") != nil }
