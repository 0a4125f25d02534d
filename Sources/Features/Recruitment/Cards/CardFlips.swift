import Discord
import Service

/// The reactions that ask for the other face of cards, gathered per message: what comes while a card is being changed is
/// taken together afterwards, so that a burst costs one edit for each face that the card settles on, and edits of one card
/// never race. Source: recruitment chapter, section 14.3.
actor CardFlips {
    /// Reads a message as a card; gives what shows its other face, nil for a message that is no card of ours.
    typealias Reading = @Sendable (Message) async throws -> (@Sendable () async throws -> Void)?

    private let rest: RESTClient
    private let logger: Logger
    private let activity: ActivityCounter
    private var waiting: [MessageID: [ReactionChange]] = [:]
    private var settling: Set<MessageID> = []

    init(rest: RESTClient, logger: Logger, activity: ActivityCounter) {
        self.rest = rest
        self.logger = logger
        self.activity = activity
    }

    /// Takes a reaction; returns at once.
    func add(_ change: ReactionChange, _ reading: @escaping Reading) {
        let id = change.messageID
        waiting[id, default: []].append(change)
        guard settling.insert(id).inserted else { return }
        activity.begin()
        Task {
            while let channel = waiting[id]?.first?.channelID { await settle(id, in: channel, reading) }
            settling.remove(id)
            activity.end()
        }
    }

    /// Deals with everything that was asked up to now. Two wishes that cancel each other out leave the card as it is.
    private func settle(_ id: MessageID, in channel: ChannelID, _ reading: Reading) async {
        do {
            let flip = try await reading(try await rest.message(id, in: channel))
            let changes = waiting.removeValue(forKey: id) ?? []
            guard let flip else { return }
            if !changes.count.isMultiple(of: 2) { try await flip() }
            await takeAway(changes)
        } catch {
            waiting[id] = nil
            logger.error("clan card not flipped", ["message_id": .string("\(id)")], error: error)
        }
    }

    private func takeAway(_ changes: [ReactionChange]) async {
        var people: Set<UserID> = []
        for change in changes where people.insert(change.userID).inserted {
            do {
                try await rest.removeReaction(
                    change.emoji, of: change.userID, from: change.messageID, in: change.channelID)
            } catch {
                logger.debug("reaction not removed", error: error)
            }
        }
    }
}
