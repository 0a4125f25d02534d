import Service
import Synchronization

/// Counts what an account asks for in a minute.
///
/// Google refills its quota every minute; here a window slides, which is never more generous.
/// Source: https://developers.google.com/workspace/sheets/api/limits
final class SheetsQuotas: Sendable {
    private let limits: [Bool: Int]
    private let time: any TimeSource
    private let begun = Mutex<[Bool: [Timestamp]]>([:])

    init(readsPerMinute: Int, writesPerMinute: Int, time: any TimeSource) {
        limits = [false: readsPerMinute, true: writesPerMinute]
        self.time = time
    }

    /// Counts a request, or refuses it.
    func admit(isWrite: Bool) throws(SheetsError) {
        let now = time.now
        let isAdmitted = begun.withLock { begun in
            var recent = (begun[isWrite] ?? []).filter { now - $0 < .seconds(60) }
            defer { begun[isWrite] = recent }
            guard recent.count < limits[isWrite] ?? 0 else { return false }
            recent.append(now)
            return true
        }
        if !isAdmitted { throw .exhausted(isWrite ? "Write" : "Read") }
    }
}
