import Service

/// Which events are in hand, and which may have been handled before: what lets almost every claim be decided where it is
/// made, without a turn on the journal's thread.
///
/// That an event is in hand is nobody's business but this process's, so only finished events are records. Of those a
/// fingerprint is kept here. One that is not here was never finished; one that is here may be another event's, so the
/// records decide. Fingerprints are forgotten once all that they stand for has expired.
struct EventClaims {
    /// What is known about a key at once.
    enum Answer {
        /// It is in hand now and was never finished.
        case granted
        /// It was in hand already.
        case refused
        /// It is in hand now; only the records tell whether it was finished.
        case askRecords
    }

    private let lifetime: Duration
    private var inHand: Set<String> = []
    private var finished: Set<Int> = []
    private var finishedBefore: Set<Int> = []
    private var nextForgetting: Timestamp

    /// - Parameters:
    ///   - keys: those that earlier processes finished.
    ///   - lifetime: how long records are kept.
    ///   - now: in steady time.
    init(finished keys: some Sequence<String>, lifetime: Duration, now: Timestamp) {
        self.lifetime = lifetime
        finishedBefore = Set(keys.lazy.map(\.hashValue))
        nextForgetting = now + lifetime
    }

    /// Takes an event in hand.
    mutating func take(_ key: String) -> Answer {
        guard inHand.insert(key).inserted else { return .refused }
        let fingerprint = key.hashValue
        return finished.contains(fingerprint) || finishedBefore.contains(fingerprint) ? .askRecords : .granted
    }

    /// The event is not in hand after all.
    mutating func giveBack(_ key: String) {
        inHand.remove(key)
    }

    /// The event is done, and recorded.
    mutating func finish(_ key: String, now: Timestamp) {
        if now >= nextForgetting {
            (finishedBefore, finished) = (finished, [])
            nextForgetting = now + lifetime
        }
        finished.insert(key.hashValue)
        inHand.remove(key)
    }
}
