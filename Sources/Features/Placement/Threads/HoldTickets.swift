import Cluster
import Discord

extension PlacementServices {
    /// The threads of reservations by their ids; a few requests at a time.
    func threads(of reservations: [Reservation]) async -> [UInt64: ThreadLookUp] {
        let ids = Set(reservations.compactMap(\.threadID))
        let known = view.snapshot
        var threads: [UInt64: ThreadLookUp] = [:]
        var unknown: [UInt64] = []
        for id in ids {
            if let channel = known.channel(ChannelID(integerLiteral: id)) {
                threads[id] = .found(channel)
            } else {
                unknown.append(id)
            }
        }
        await withTaskGroup(of: (UInt64, ThreadLookUp).self) { group in
            var waiting = unknown.dropFirst(Self.requestsAtATime).makeIterator()
            for id in unknown.prefix(Self.requestsAtATime) { group.addTask { (id, await lookUp(id)) } }
            while let (id, thread) = await group.next() {
                threads[id] = thread
                if let next = waiting.next() { group.addTask { (next, await lookUp(next)) } }
            }
        }
        return threads
    }

    private static let requestsAtATime = 4

    /// Whom a ticket is about: the first person mentioned in its first message, else the name in the thread's name.
    /// Source: placement chapter, section 17.2.
    func recruit(of thread: TicketThread, named name: String) async -> Recruit {
        let id = try? await applicant(of: thread)
        return Recruit(id: id?.rawValue.rawValue, name: name)
    }

    /// The first person mentioned in a ticket's first message; nil where that mentions nobody.
    func applicant(of thread: TicketThread, _ options: CallOptions = .standard) async throws(RESTError) -> UserID? {
        // A thread's first message carries the id of the thread or a later one.
        let before = MessageID(rawValue: Snowflake(rawValue: thread.id.rawValue.rawValue - 1))
        let first = try await rest.messages(in: thread.id, after: before, limit: 1, options).first
        for case .user(let id) in Mention.all(in: first?.content ?? "") { return id }
        return nil
    }
}
