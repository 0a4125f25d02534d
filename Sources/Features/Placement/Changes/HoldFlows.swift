import Discord
import FoundationEssentials
public import Journal
public import Service
import Synchronization

/// The flows of holds in the journal, and which of them this process has in hand.
///
/// A journal that cannot be written stops nobody here: the write of the ledger, which comes next, is what fails then, and says
/// so.
public final class HoldFlows: Sendable {
    /// How far a flow is.
    struct Progress: Sendable {
        /// When it began, by this process's clock or an earlier one's.
        var startedAt: Timestamp
        var done: Set<HoldFlow.Step> = []
        /// Whether it was begun before, so that steps may have been done of which nothing is known.
        var isResumed = false
    }

    private static let opening = "begun"

    private let journal: Journal
    private let calendar: any TimeSource
    private let logger: Logger
    private let inHand = Mutex<[String: Int]>([:])

    /// Flows in a journal.
    public init(journal: Journal, calendar: any TimeSource, logger: Logger) {
        self.journal = journal
        self.calendar = calendar
        self.logger = logger
    }

    /// Records what is about to be done.
    func begin(_ flow: HoldFlow) async -> Progress {
        inHand.withLock { $0[flow.id, default: 0] += 1 }
        do {
            if let known = try await progress(of: flow.id) { return known }
            let detail = Array(try JSONEncoder().encode(flow))
            try await journal.record(Self.opening, of: flow.id, as: .started, detail: detail)
        } catch {
            logger.warning("change of a hold not journalled", ["flow": .string(flow.id)], error: error)
        }
        return Progress(startedAt: calendar.now)
    }

    /// A step has had its effect.
    func note(_ step: HoldFlow.Step, of flow: HoldFlow) async {
        do {
            try await journal.record(step.rawValue, of: flow.id, as: .done)
        } catch {
            logger.warning("step of a hold's change not journalled", ["flow": .string(flow.id)], error: error)
        }
    }

    /// Nothing is left to do.
    func end(_ flow: HoldFlow) async {
        do {
            try await journal.endFlow(flow.id)
        } catch {
            logger.warning("change of a hold not struck off", ["flow": .string(flow.id)], error: error)
        }
    }

    /// This process does nothing more about it.
    func letGo(_ flow: HoldFlow) {
        inHand.withLock { hands in
            hands[flow.id, default: 1] -= 1
            if hands[flow.id] == 0 { hands[flow.id] = nil }
        }
    }

    /// The flows that are open and that nobody works on.
    func left() async throws(JournalError) -> [(flow: HoldFlow, startedAt: Timestamp)] {
        var found: [(flow: HoldFlow, startedAt: Timestamp)] = []
        for id in try await journal.openFlows() where id.hasPrefix(HoldFlow.prefix) {
            guard inHand.withLock({ $0[id] == nil }) else { continue }
            guard let step = try await journal.step(Self.opening, of: id) else { continue }
            do {
                let flow = try JSONDecoder().decode(HoldFlow.self, from: Data(step.detail))
                found.append((flow, step.startedAt))
            } catch {
                logger.warning("change of a hold cannot be read", ["flow": .string(id)], error: error)
                try await journal.endFlow(id)
            }
        }
        return found
    }

    private func progress(of id: String) async throws(JournalError) -> Progress? {
        let steps = try await journal.steps(of: id)
        guard let opening = steps.first(where: { $0.step == Self.opening }) else { return nil }
        let done = steps.filter { $0.state == .done }.compactMap { HoldFlow.Step(rawValue: $0.step) }
        return Progress(startedAt: opening.startedAt, done: Set(done), isResumed: true)
    }
}
