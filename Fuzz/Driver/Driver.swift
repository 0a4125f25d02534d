import Glibc

/// The subject that the environment variable `SUBJECT` names.
private let subject: Subject = {
    let name = getenv("SUBJECT").map { String(cString: $0) } ?? ""
    guard let subject = Subject.all.first(where: { $0.name == name }) else {
        print(Subject.all.map(\.name).joined(separator: "\n"))
        exit(name.isEmpty ? 0 : 64)
    }
    return subject
}()

/// Names the subjects, if none is chosen, before the fuzzer looks for inputs.
@c(LLVMFuzzerInitialize)
public func prepare(_ count: UnsafePointer<CInt>, _ arguments: UnsafeRawPointer) -> CInt {
    _ = subject
    return 0
}

/// libFuzzer's entry: one input. A broken promise traps, so that the fuzzer keeps the input.
@c(LLVMFuzzerTestOneInput)
public func check(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try subject.check(Array(UnsafeBufferPointer(start: start, count: count)))
    } catch {
        fatalError("\(subject.name): \(error)")
    }
    return 0
}
