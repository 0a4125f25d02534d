import Discord
import Service

/// What is known of a channel that a row or a setting names. That it could not be looked up says nothing about it.
enum ThreadLookUp: Sendable {
    case found(Channel)
    /// It does not exist, or the bot may not know of it.
    case gone
    /// Discord did not say.
    case failed(RESTError)

    /// The channel, as far as it can be had.
    var channel: Channel? {
        if case .found(let channel) = self { return channel }
        return nil
    }

    /// Why nothing is known.
    var failure: RESTError? {
        if case .failed(let error) = self { return error }
        return nil
    }
}

extension PlacementServices {
    /// Looks up a thread by the id in a row of the ledger.
    func lookUp(_ id: UInt64?) async -> ThreadLookUp {
        guard let id else { return .gone }
        return await lookUp(ChannelID(integerLiteral: id))
    }

    /// Looks up a channel.
    func lookUp(_ channel: ChannelID) async -> ThreadLookUp {
        if let known = view.snapshot.channel(channel) { return .found(known) }
        do throws(RESTError) {
            return .found(try await rest.channel(channel))
        } catch {
            // One that is gone is no fault; who asked says what that means.
            if error.isUnknownChannel { return .gone }
            logger.warning("failed to fetch channel", ["channel_id": .string("\(channel)")], error: error)
            return error.isMissingPermission || error.api?.status == 404 ? .gone : .failed(error)
        }
    }

    /// A channel that a setting names, as it is known or as Discord tells; nil where it is gone or cannot be had.
    func channel(_ id: UInt64?) async -> Channel? { await lookUp(id).channel }

    /// A thread as far as it can be shown; nil where it is gone or cannot be had.
    func thread(_ id: UInt64?) async -> Channel? { await lookUp(id).channel }

    /// What the bot itself said in a channel, looked through to the last message.
    /// - Parameter start: only what was said after this message, or at a later time than its id tells.
    /// - Throws: what Discord did not answer; then nobody knows what was said.
    func ownPosts(in channel: ChannelID, after start: MessageID) async throws(RESTError) -> [Message] {
        let own = Set(view.snapshot.all.map(\.ownUserID))
        guard !own.isEmpty else { throw .undecodable("the bot does not know itself yet") }
        var found: [Message] = []
        var last = start
        while true {
            let page = try await rest.messages(in: channel, after: last, limit: Self.pageOfMessages)
            found += page.filter { own.contains($0.author.id) }
            guard page.count == Self.pageOfMessages, let newest = page.map(\.id).max(), newest > last else {
                return found
            }
            last = newest
        }
    }

    private static let pageOfMessages = 100
}

extension Channel {
    /// Whether a message would open it again, or be refused.
    var isShut: Bool { thread.map { $0.isArchived || $0.isLocked } ?? false }
}
