import JSON
import Service

@testable import Discord

extension Subject {
    /// A dispatch decodes or is refused, twice alike, and the guild view survives whatever decodes. Lines are payloads
    /// of one connection, so that later events meet what earlier ones left.
    static let gateway = Subject("gateway") { bytes in
        let store = GuildViewStore(options: .init(maximumMembers: 3, maximumArchivedThreads: 2))
        for payload in bytes.split(separator: UInt8(ascii: "\n")).prefix(16) {
            guard let frame = try? GatewayFrame(parsing: Array(payload)), let name = frame.name, let body = frame.body,
                let event = try? GatewayEvent(name: name, body: body)
            else { continue }
            let again = try GatewayEvent(name: name, body: body)
            try promise(again == event, "\(name) decodes differently the second time")
            _ = (event.guildID, event.channelID)
            store.apply(event)
            for guild in store.snapshot.all {
                try promise(guild.members.count <= 4, "\(guild.members.count) members are kept")
            }
        }
    }

    /// A stream is decompressed or refused, and ends there.
    static let compression = Subject("compression") { bytes in
        guard let first = bytes.first else { return }
        let kind: GatewayCompression = first & 1 == 0 ? .zlibStream : .zstdStream
        guard let decompressor = try kind.makeDecompressor() else { return }
        let message = Array(bytes.dropFirst())
        for part in [Array(message.prefix(message.count / 2)), Array(message.dropFirst(message.count / 2)), message] {
            do {
                let payload = try decompressor.payload(completedBy: part)
                try promise((payload?.count ?? 0) <= 64 << 20 + 32 << 10, "a payload beyond the limit")
            } catch is DecompressionFailure {
                return
            }
        }
    }
}
