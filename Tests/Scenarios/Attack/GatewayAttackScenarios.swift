import DiscordSimulator
import JSON
import Service
import Testing

/// What comes over the gateway is JSON of the right shape with wrong values.
@Suite("Attacks over the gateway", .timeLimit(.minutes(3)))
struct GatewayAttackScenarios {
    private static let least = "-9223372036854775808"
    private static let greatest = "9223372036854775807"
    private static let numbers = [least, greatest, "-1", "0", "18446744073709551615", "1e308", "0.5"]
    private static let values = numbers + [#""""#, #""18446744073709551616""#, "null", "true", "[]", "{}", "[[]]"]

    /// Payloads of no session, after which the connection goes on.
    private static let payloads: [String] = {
        let ready = #""d":{"session_id":"x","resume_gateway_url":"ws://127.0.0.1:1"}"#
        let names = [
            "READY", "RESUMED", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "INTERACTION_CREATE",
            "GUILD_MEMBERS_CHUNK", "GUILD_MEMBER_ADD", "GUILD_ROLE_UPDATE", "CHANNEL_UPDATE", "THREAD_CREATE",
            "THREAD_LIST_SYNC", "MESSAGE_REACTION_ADD", "TYPING_START", "",
        ]
        var payloads = [least, "-1", "0", "18446744073709551615"].map { #"{"op":0,"s":\#($0),"t":"READY",\#(ready)}"# }
        payloads += values.map { #"{"op":10,"d":{"heartbeat_interval":\#($0)}}"# }
        payloads += values.map { #"{"op":\#($0),"s":\#($0),"t":\#($0),"d":\#($0)}"# }
        payloads += values.map { #"{"op":11,"d":\#($0)}"# }
        payloads += values + [#"{"op":1,"d":\#(least)}"#, #"{"op":0}"#, #"{"op":0,"s":1,"t":"READY"}"#]
        for name in names {
            for (value, number) in zip(values, numbers + numbers) {
                let body = [
                    #""id":\#(value),"guild_id":"\#(SampleGuild.guild)","channel_id":"\#(SampleGuild.hearth)""#,
                    #""author":{"id":\#(value),"username":"x"},"content":\#(value),"type":\#(number)"#,
                    #""members":[\#(value)],"user":\#(value)"#,
                ].joined(separator: ",")
                payloads += ["1", number].map { #"{"op":0,"s":\#($0),"t":"\#(name)","d":{\#(body)}}"# }
            }
        }
        return payloads
    }()

    @Test("whatever payloads say, the bot is ready again, and answers each question once")
    func payloads() async throws {
        try await Stage.play { stage in
            let questions = Questions(stage)
            try await questions.ask("WKAS")
            try await questions.areAnswered()
            // The last ones have the bot ask for everything since READY again, its first question included.
            let last = [#"{"op":0,"s":1,"t":"TYPING_START","d":{}}"#, #"{"op":7,"d":[]}"#]
            await stage.simulator.faults.sendPayloads(Self.payloads + last)
            try await stage.logs("gateway asks to reconnect")
            try await questions.ask("WKBR")
            try await questions.ping()
            try await questions.areAnsweredOnce()
            #expect(try await stage.get("/ready").json["ok"]?.bool == true)
            let errors = stage.log.records.filter { $0.level >= .error }
            #expect(errors.isEmpty, "\(errors.map(\.message))")
        }
    }
}
