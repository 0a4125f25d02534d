import Service

/// The one living `WorldState`: commands run one at a time, and what they did is told to gateway sessions and people
/// before the next one runs, so that everybody sees one order of events.
actor World {
    private(set) var state: WorldState
    private let calendar: any TimeSource
    private let transport: any TimeSource
    private let gateway: GatewayHub
    private var history = EventHistory()
    private var probes: [Int: Probe] = [:]
    private var streams: [Int: PersonStream] = [:]
    private var nextKey = 0

    /// Something that waits for the world to look a certain way.
    private struct Probe {
        var check: (WorldState) -> Bool
        var wake: CheckedContinuation<Bool, Never>
    }

    /// Somebody who watches live.
    private struct PersonStream {
        var personID: WorldID
        var continuation: AsyncStream<PersonEvent>.Continuation
    }

    init(
        _ blueprint: GuildBlueprint, calendar: any TimeSource, transport: any TimeSource, activity: ActivityCounter,
        limitsRenames: Bool
    ) {
        self.calendar = calendar
        self.transport = transport
        state = WorldState(blueprint, now: calendar.now, transportNow: transport.now)
        if !limitsRenames { state.renames = nil }
        gateway = GatewayHub(transport: transport, activity: activity)
    }

    // MARK: Commands

    /// Runs a command, and hands out what happened.
    func transact<T: Sendable>(_ command: @Sendable (inout WorldState) throws(APIError) -> T) throws(APIError) -> T {
        setClocks()
        defer { handOut() }
        return try command(&state)
    }

    /// Runs a command that needs the gateway's sessions as well.
    func transact<T: Sendable>(withGateway command: @Sendable (inout WorldState, GatewayHub) -> T) -> T {
        setClocks()
        defer { handOut() }
        return command(&state, gateway)
    }

    private func setClocks() {
        state.now = calendar.now
        state.transportNow = transport.now
    }

    private func handOut() {
        let events = state.pendingEvents
        guard !events.isEmpty else { return }
        state.pendingEvents = []
        for event in events {
            history.append(event)
            gateway.dispatch(event, in: state)
            watchInteraction(event)
            for stream in streams.values {
                guard let seen = PersonEvent(event, seenBy: stream.personID, in: state) else { continue }
                stream.continuation.yield(seen)
            }
        }
        for (key, probe) in probes where probe.check(state) {
            probes[key] = nil
            probe.wake.resume(returning: true)
        }
    }

    /// Lets an interaction fail when its three seconds are over.
    private func watchInteraction(_ event: WorldEvent) {
        guard case .interactionCreated(let interaction) = event else { return }
        let deadline = interaction.usedAt + WorldState.responseWindow
        Task { [transport, weak self] in
            try? await transport.sleep(until: deadline)
            await self?.expire(interaction.id)
        }
    }

    private func expire(_ id: WorldID) {
        setClocks()
        state.expire(id)
        handOut()
    }

    /// Tells where attachments are found.
    func setCDN(_ base: String) { state.cdnBase = base }

    /// Adds an account.
    func add(_ user: SimulatedUser) { state.users[user.id] = user }

    /// Adds a guild.
    func add(_ blueprint: GuildBlueprint) { state.add(blueprint) }

    // MARK: Waiting

    /// Waits until `probe` finds something, looking now and after each change; nil once transport time has passed
    /// `deadline` or the task was cancelled.
    func wait<T: Sendable>(until deadline: Timestamp, _ probe: @escaping @Sendable (WorldState) -> T?) async -> T? {
        if let found = probe(state) { return found }
        _ = await waitForChange(until: deadline) { probe($0) != nil }
        return probe(state)
    }

    /// Waits until `check` finds a change to its liking; false once the deadline has passed or the task was cancelled.
    private func waitForChange(
        until deadline: Timestamp, _ check: @escaping @Sendable (WorldState) -> Bool
    ) async -> Bool {
        nextKey += 1
        let key = nextKey
        let alarm = Task { [transport, weak self] in
            try? await transport.sleep(until: deadline)
            await self?.giveUp(key)
        }
        defer { alarm.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { wake in
                probes[key] = Probe(check: check, wake: wake)
                if Task.isCancelled { giveUp(key) }
            }
        } onCancel: {
            Task { await self.giveUp(key) }
        }
    }

    private func giveUp(_ key: Int) {
        probes.removeValue(forKey: key)?.wake.resume(returning: false)
    }

    /// The first event since `cursor` that `probe` accepts; nil after the deadline.
    func wait<T: Sendable>(
        since cursor: EventCursor, until deadline: Timestamp,
        _ probe: @escaping @Sendable (WorldEvent, WorldState) -> T?
    ) async -> T? {
        var position = cursor
        while !Task.isCancelled {
            for event in history.events(since: position) {
                if let found = probe(event, state) { return found }
            }
            position = history.end
            guard await waitForEvent(after: position, until: deadline) else { return nil }
        }
        return nil
    }

    private func waitForEvent(after position: EventCursor, until deadline: Timestamp) async -> Bool {
        guard history.end == position else { return true }
        return await waitForChange(until: deadline) { _ in true }
    }

    /// Where the history stands.
    var cursor: EventCursor { history.end }

    // MARK: Watching

    /// What one person sees from now on; the oldest events are dropped for those who do not read.
    func changes(for personID: WorldID) -> AsyncStream<PersonEvent> {
        nextKey += 1
        let key = nextKey
        let (stream, continuation) = AsyncStream.makeStream(
            of: PersonEvent.self, bufferingPolicy: .bufferingNewest(1024))
        continuation.onTermination = { [weak self] _ in
            Task { await self?.forgetStream(key) }
        }
        streams[key] = PersonStream(personID: personID, continuation: continuation)
        return stream
    }

    private func forgetStream(_ key: Int) { streams[key] = nil }

    /// Ends all streams and waits.
    func close() {
        for stream in streams.values { stream.continuation.finish() }
        streams = [:]
        for key in probes.keys { giveUp(key) }
        gateway.closeAll(code: 1001, reason: "Server is going away")
    }
}

/// A place in the history of events.
public struct EventCursor: Sendable, Hashable {
    var position: Int
}

/// The latest events.
struct EventHistory {
    private static let limit = 20_000
    private var events: [WorldEvent] = []
    private var dropped = 0

    var end: EventCursor { EventCursor(position: dropped + events.count) }

    mutating func append(_ event: WorldEvent) {
        events.append(event)
        guard events.count > Self.limit * 2 else { return }
        events.removeFirst(Self.limit)
        dropped += Self.limit
    }

    func events(since cursor: EventCursor) -> ArraySlice<WorldEvent> {
        events[min(max(0, cursor.position - dropped), events.count)...]
    }
}
