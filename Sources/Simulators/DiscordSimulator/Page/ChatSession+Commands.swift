import JSON

/// Slash commands at the page: what is offered, what is typed, what is run.
extension ChatSession {
    /// Tells what the person may run in a channel.
    func sendCommands(in channel: WorldID, to person: Person) async {
        let state = await simulator.snapshot()
        let commands = await person.seesCommands(in: channel)
        await send([
            "op": "commands", "channel": .string("\(channel)"),
            "commands": .array(
                commands.map { command in
                    [
                        "name": .string(command.words), "description": .string(command.description),
                        "app": .string(state.shownName(of: command.applicationID, in: SampleGuild.guild)),
                        "options": .array(command.options),
                    ]
                }),
        ])
    }

    /// Runs a command, or asks for suggestions where an option is `focused`.
    func use(_ order: JSONView, in channel: WorldID, as person: Person) async throws {
        let command = order["command"]?.string ?? ""
        var options: [String: JSONValue] = [:]
        for (name, value) in order["options"]?.members.map({ ($0.key, $0.value.value) }) ?? [] { options[name] = value }
        if let focused = order["focused"]?.string {
            try await person.types(
                command, option: focused, options[focused]?.string ?? "", options, in: channel)
        } else {
            try await person.runs(command, options, in: channel)
        }
    }

    /// Hands on suggestions, with what was typed when they were asked for.
    func suggest(_ choices: [SimulatedChoice], for interactionID: WorldID) async {
        guard let interaction = await simulator.snapshot().interactions[interactionID] else { return }
        var options = interaction.data["options"]?.elements ?? []
        while let inner = options.first?["options"]?.elements { options = inner }
        let focused = options.first { $0["focused"]?.bool == true }
        await send([
            "op": "choices", "command": .string(interaction.commandName), "option": focused?["name"] ?? .null,
            "typed": focused?["value"] ?? .null,
            "choices": .array(choices.map { ["name": .string($0.name), "value": $0.value] }),
        ])
    }
}
