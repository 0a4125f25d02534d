import Discord

/// The names of the things that ids in settings stand for, out of what the gateway has told; Discord is never asked.
struct IDNames: Sendable {
    let views: GuildViews

    /// What an id is called: `#channel`, `🔊 voice`, `📂 category`, `@role`, a server's name or `@member`; nil if nothing
    /// known has it.
    func name(of id: UInt64) -> String? {
        let snowflake = Snowflake(rawValue: id)
        for view in views.all {
            if view.id.rawValue == snowflake { return view.label }
            if let channel = view.channel(ChannelID(rawValue: snowflake)) { return Self.name(of: channel) }
            if let role = view.role(RoleID(rawValue: snowflake)) { return "@\(role.name)" }
            if let member = view.displayName(of: UserID(rawValue: snowflake)) { return "@\(member)" }
        }
        return nil
    }

    private static func name(of channel: Channel) -> String {
        let name = channel.name ?? "unknown"
        return switch channel.kind {
        case .voice: "🔊 \(name)"
        case .stage: "🎙️ \(name)"
        case .category: "📂 \(name)"
        default: "#\(name)"
        }
    }

    /// The ids in a value, in order and each once: runs of five or more digits, or a value that is one whole number.
    static func ids(in value: String) -> [UInt64] {
        if let number = UInt64(value) { return [number] }
        var seen: Set<UInt64> = []
        return value.split { !$0.isASCII || !$0.isNumber }.filter { $0.count >= 5 }.compactMap { UInt64($0) }
            .filter { seen.insert($0).inserted }
    }
}
