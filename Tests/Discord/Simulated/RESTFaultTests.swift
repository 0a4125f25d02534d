import DiscordSimulator
import HTTPClient
import JSON
import Service
import TestTools
import Testing

@testable import Discord

@Suite("REST faults, over real connections", .timeLimit(.minutes(2)))
struct RESTFaultTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fault: RequestFault
        var times = 1
        var nonce: String?
        var deadline = Duration.seconds(30)
        /// How often the message stands in the channel afterwards.
        var messages: Int
        var requests: Int
        /// Whether the caller is told of a failure.
        var fails = false
        var mayHaveBeenApplied = false
    }

    static let posts: [Row] = [
        Row(
            testDescription: "502, no nonce: not repeated, and reported as uncertain", fault: .serverError(502),
            messages: 0, requests: 1, fails: true, mayHaveBeenApplied: true),
        Row(
            testDescription: "a burst of 502, nonce: repeated until it passes", fault: .serverError(502), times: 3,
            nonce: "a", messages: 1, requests: 4),
        Row(
            testDescription: "applied, reset in the middle of the answer, nonce: the repetition finds the first one",
            fault: .resetInBody, nonce: "b", messages: 1, requests: 2),
        Row(
            testDescription: "applied, reset in the middle of the answer, no nonce: not repeated",
            fault: .resetInBody, messages: 1, requests: 1, fails: true, mayHaveBeenApplied: true),
        Row(
            testDescription: "applied, then lost, nonce: once", fault: .lostAfterApplying, nonce: "c", messages: 1,
            requests: 2),
        Row(
            testDescription: "applied, then lost, no nonce: once, and reported", fault: .lostAfterApplying, messages: 1,
            requests: 1, fails: true, mayHaveBeenApplied: true),
        Row(
            testDescription: "lost before it was applied, nonce: once", fault: .lostBeforeApplying, nonce: "d",
            messages: 1, requests: 2),
        Row(
            testDescription: "429 of the user's scope without Retry-After: waited for, even without nonce",
            fault: .rateLimited(after: 0.2, scope: .user, hasHeader: false), times: 2, messages: 1, requests: 3),
        Row(
            testDescription: "429 of the whole bot: waited for",
            fault: .rateLimited(after: 0.2, scope: .global), messages: 1, requests: 2),
        Row(
            testDescription: "429 of a shared limit: waited for",
            fault: .rateLimited(after: 0.2, scope: .shared), messages: 1, requests: 2),
        Row(
            testDescription: "429 for longer than the deadline: told at once",
            fault: .rateLimited(after: 600, scope: .user), messages: 0, requests: 1, fails: true),
    ]

    @Test("a post succeeds once or fails with a type, and never doubles", arguments: posts)
    func post(row: Row) async throws {
        try await SimulatedDiscord.run { discord in
            let rest = try discord.rest()
            discord.simulator.faults.fail(
                "POST", "/channels/{channel_id}/messages", times: row.times, with: row.fault)
            let before = await discord.messages()
            var failure: RESTError?
            do throws(RESTError) {
                let message = try await rest.createMessage(
                    MessagePayload(content: "hello", nonce: row.nonce), in: SimulatedDiscord.channel,
                    .within(row.deadline))
                #expect(message.content == "hello")
            } catch {
                failure = error
            }
            #expect((failure != nil) == row.fails)
            #expect((failure?.mayHaveBeenApplied ?? false) == row.mayHaveBeenApplied)
            #expect(await discord.messages().count - before.count == row.messages)
            let sent = discord.simulator.requests.matching("POST", "/channels/{channel_id}/messages")
            #expect(sent.count == row.requests)
        }
    }

    @Test(
        "a read is repeated whatever breaks it",
        arguments: [
            .serverError(500), .serverError(502), .serverError(503), .resetInBody, .lostAfterApplying,
            .lostBeforeApplying,
        ] as [RequestFault])
    func read(fault: RequestFault) async throws {
        try await SimulatedDiscord.run { discord in
            discord.simulator.faults.fail("GET", times: 2, with: fault)
            let user = try await discord.rest().currentUser(.within(.seconds(30)))
            #expect(user.id.rawValue.rawValue == SampleGuild.bot)
        }
    }

    @Test("a deletion whose answer was lost is done, and its repetition no error")
    func deletion() async throws {
        try await SimulatedDiscord.run { discord in
            let rest = try discord.rest()
            let message = try await rest.createMessage(MessagePayload(content: "x"), in: SimulatedDiscord.channel)
            discord.simulator.faults.fail("DELETE", with: .lostAfterApplying)
            try await rest.deleteMessage(message.id, in: SimulatedDiscord.channel, .within(.seconds(30)))
            #expect(await discord.messages().contains("x") == false)
        }
    }

    @Test("a server that is too slow ends in a timeout within the deadline, which says that it may be done yet")
    func slow() async throws {
        try await SimulatedDiscord.run { discord in
            let rest = try discord.rest()
            discord.simulator.faults.fail("POST", times: 9, with: .slow(.seconds(60)))
            let start = ContinuousClock.now
            do throws(RESTError) {
                _ = try await rest.createMessage(
                    MessagePayload(content: "slow"), in: SimulatedDiscord.channel, .within(.seconds(1)))
                Issue.record("an answer came")
            } catch {
                #expect(error == .transport(.timedOut(requestSent: true)))
                #expect(error.mayHaveBeenApplied)
            }
            #expect(ContinuousClock.now - start < .seconds(30))
            #expect(await discord.messages().contains("slow") == false)
        }
    }

    @Test("a post that is applied only after its attempt was given up, and its repetition, are one message")
    func late() async throws {
        try await SimulatedDiscord.run { discord in
            let rest = try discord.rest(
                retries: RetryPolicy(shortestAttempt: .seconds(1), longestAttempt: .seconds(1)))
            let hold = RequestHold()
            discord.simulator.faults.fail("POST", with: .held(hold))
            let before = await discord.messages().count
            let message = try await rest.createMessage(
                MessagePayload(content: "late", nonce: "e"), in: SimulatedDiscord.channel)
            hold.letGo()
            try await eventually("the first request") { discord.simulator.requests.all.count == 2 }
            let answers = discord.simulator.requests.matching("POST", "/channels/{channel_id}/messages")
            #expect(answers.map { $0.response?["id"]?.string } == ["\(message.id)", "\(message.id)"])
            #expect(await discord.messages().count == before + 1)
        }
    }

    @Test("one slow answer of a read does not use up the time of its repetition")
    func slowOnce() async throws {
        try await SimulatedDiscord.run { discord in
            discord.simulator.faults.fail("GET", with: .slow(.seconds(60)))
            _ = try await discord.rest().currentUser(.within(.seconds(20)))
            #expect(discord.simulator.requests.matching("GET", "/users/@me").count >= 1)
        }
    }
}
