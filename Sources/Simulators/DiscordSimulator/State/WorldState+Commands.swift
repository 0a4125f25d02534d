import JSON

/// Registering application commands.
///
/// Source: Discord, *Application Commands*, "Endpoints".
extension WorldState {
    /// The commands of one scope: a guild's, or the global ones; oldest first.
    func commands(of applicationID: WorldID, in guildID: WorldID?) -> [SimulatedCommand] {
        commands.values.filter { $0.applicationID == applicationID && $0.guildID == guildID }
            .sorted { $0.id < $1.id }
    }

    /// Registers a command; one with the same name and type is replaced and keeps its id.
    mutating func register(_ form: JSONValue, of applicationID: WorldID, in guildID: WorldID?) throws(APIError)
        -> (command: SimulatedCommand, isNew: Bool)
    {
        try requireScope(guildID, applicationID)
        var errors = FieldErrors()
        let read = CommandRules.normalised(form, at: [], isGlobal: guildID == nil, errors: &errors)
        try errors.check()
        let scope = commands(of: applicationID, in: guildID)
        let known = scope.first { $0.name == read.name && $0.type == read.type }
        if known == nil, scope.count(where: { $0.type == read.type }) >= 100 { throw .tooManyCommands }
        let command = SimulatedCommand(
            id: known?.id ?? newID(), applicationID: applicationID, guildID: guildID, version: newID(),
            type: read.type, name: read.name, definition: read.definition)
        commands[command.id] = command
        return (command, known == nil)
    }

    /// Replaces all commands of a scope.
    mutating func replaceCommands(_ forms: [JSONValue], of applicationID: WorldID, in guildID: WorldID?)
        throws(APIError) -> [SimulatedCommand]
    {
        try requireScope(guildID, applicationID)
        var errors = FieldErrors()
        var wanted: [(type: Int, name: String, definition: JSONValue)] = []
        for (index, form) in forms.enumerated() {
            let read = CommandRules.normalised(form, at: [String(index)], isGlobal: guildID == nil, errors: &errors)
            if wanted.contains(where: { $0.name == read.name && $0.type == read.type }) {
                errors.add(
                    [String(index)], "APPLICATION_COMMANDS_DUPLICATE_NAME",
                    "Application command names must be unique")
            }
            wanted.append(read)
        }
        try errors.check()
        for type in 1...3 where wanted.count(where: { $0.type == type }) > 100 { throw .tooManyCommands }
        let old = commands(of: applicationID, in: guildID)
        for command in old { commands[command.id] = nil }
        for read in wanted {
            let known = old.first { $0.name == read.name && $0.type == read.type }
            let isSame = known?.definition == read.definition
            let command = SimulatedCommand(
                id: known?.id ?? newID(), applicationID: applicationID, guildID: guildID,
                version: isSame ? known?.version ?? newID() : newID(), type: read.type, name: read.name,
                definition: read.definition)
            commands[command.id] = command
        }
        return commands(of: applicationID, in: guildID)
    }

    /// Changes a command.
    mutating func editCommand(_ id: WorldID, _ form: JSONValue, of applicationID: WorldID, in guildID: WorldID?)
        throws(APIError) -> SimulatedCommand
    {
        var command = try command(id, of: applicationID, in: guildID)
        var errors = FieldErrors()
        let whole = command.definition.merging(form).merging(["type": .int(command.type)])
        let read = CommandRules.normalised(whole, at: [], isGlobal: guildID == nil, errors: &errors)
        try errors.check()
        (command.name, command.definition, command.version) = (read.name, read.definition, newID())
        commands[id] = command
        return command
    }

    /// Removes a command.
    mutating func deleteCommand(_ id: WorldID, of applicationID: WorldID, in guildID: WorldID?) throws(APIError) {
        _ = try command(id, of: applicationID, in: guildID)
        commands[id] = nil
    }

    func command(_ id: WorldID, of applicationID: WorldID, in guildID: WorldID?) throws(APIError) -> SimulatedCommand {
        try requireScope(guildID, applicationID)
        guard let command = commands[id], command.applicationID == applicationID, command.guildID == guildID else {
            throw .unknownCommand
        }
        return command
    }

    private func requireScope(_ guildID: WorldID?, _ applicationID: WorldID) throws(APIError) {
        guard let guildID else { return }
        guard let guild = guilds[guildID], guild.members[applicationID] != nil else { throw .missingAccess }
    }

    // MARK: Finding what a person typed

    /// The command, its full option path and the options of the chosen leaf, for a name such as `shards panel`.
    func resolve(commandNamed words: String, for userID: WorldID, in channelID: WorldID)
        -> (command: SimulatedCommand, path: [JSONValue], options: [JSONValue])?
    {
        let parts = words.split(separator: " ").map(String.init)
        let guildID = channels[channelID]?.guildID
        let candidates = commands.values.filter {
            $0.type == 1 && $0.name == parts.first && ($0.guildID == nil || $0.guildID == guildID)
        }.sorted { ($0.guildID == nil ? 1 : 0, $0.id) < ($1.guildID == nil ? 1 : 0, $1.id) }
        for command in candidates where mayUse(command, userID, in: channelID) {
            var path: [JSONValue] = []
            var options = command.definition["options"]?.list ?? []
            var isComplete = true
            for part in parts.dropFirst() {
                guard let next = options.first(where: { $0["name"]?.string == part && ($0["type"]?.int ?? 3) <= 2 })
                else {
                    isComplete = false
                    break
                }
                path.append(next)
                options = next["options"]?.list ?? []
            }
            let isLeaf = !options.contains { ($0["type"]?.int ?? 3) <= 2 }
            if isComplete, isLeaf { return (command, path, options) }
        }
        return nil
    }

    /// The slash commands that a person is offered in a channel, subcommands one by one.
    func offeredCommands(to userID: WorldID, in channelID: WorldID) -> [OfferedCommand] {
        let guildID = channels[channelID]?.guildID
        let offered = commands.values.filter {
            $0.type == 1 && ($0.guildID == nil || $0.guildID == guildID) && mayUse($0, userID, in: channelID)
        }
        return offered.flatMap { OfferedCommand.leaves(of: $0.definition, under: "", by: $0.applicationID) }
            .sorted { $0.words < $1.words }
    }

    /// Whether a person is offered a command: `default_member_permissions` decide, null means everybody.
    private func mayUse(_ command: SimulatedCommand, _ userID: WorldID, in channelID: WorldID) -> Bool {
        let bits = permissions(of: userID, inChannel: channelID)
        guard bits.contains(.useCommands) else { return false }
        guard let needed = command.definition["default_member_permissions"]?.snowflake else { return true }
        if needed == 0 { return bits == .all }
        return bits.isSuperset(of: PermissionBits(rawValue: needed))
    }
}
