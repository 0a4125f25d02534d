import WebServer

/// Serves emoji images and attachments under `/cdn`, as `cdn.discordapp.com` does.
///
/// Source: Discord, *API Reference*, "CDN Endpoints".
struct CDNServer: Sendable {
    let world: World

    /// Adds the routes.
    func addRoutes(to routes: inout WebRoutes) {
        let world = world
        routes.on("GET", "/cdn/emojis/:file") { request in
            // Stills only: of the formats that Discord offers, the painter knows PNG.
            let parts = (request.parameters["file"] ?? "").split(separator: ".", maxSplits: 1).map(String.init)
            guard let id = parts.first.flatMap(WorldID.init(snowflake:)), let emoji = await world.state.emoji(id) else {
                return .text("not found\n", status: 404)
            }
            guard parts.count == 1 || parts[1] == "png" else { return .text("unsupported format\n", status: 415) }
            return .bytes(CrestPainter.png(for: emoji), contentType: "image/png")
        }
        routes.on("GET", "/cdn/attachments/:channel/:attachment/:filename") { request in
            guard let channel = request.parameters["channel"].flatMap(WorldID.init(snowflake:)),
                let id = request.parameters["attachment"].flatMap(WorldID.init(snowflake:)),
                let file = await world.state.attachment(id, in: channel),
                file.filename == request.parameters["filename"]
            else { return .text("not found\n", status: 404) }
            return .bytes(file.bytes, contentType: file.contentType)
        }
    }
}

extension WorldState {
    /// A custom emoji of any guild.
    func emoji(_ id: WorldID) -> SimulatedEmoji? { guilds.values.lazy.compactMap { $0.emoji[id] }.first }

    /// A file of a message that still exists.
    func attachment(_ id: WorldID, in channelID: WorldID) -> SimulatedAttachment? {
        messages(in: channelID).lazy.flatMap(\.attachments).first { $0.id == id }
    }
}
