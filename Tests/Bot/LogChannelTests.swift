import Discord
import HTTPClient
import JSON
import Service
import Synchronization
import Testing

@testable import Bot

@Suite("Log channel", .timeLimit(.minutes(1)))
struct LogChannelTests {
    let time = ManualTime(start: .origin)
    let log = LogMemory()
    let activity = ActivityCounter()
    let discord: FakeDiscord
    let channel: LogChannel

    init() {
        discord = FakeDiscord(time: time)
        channel = Self.channel(discord, time, log, activity)
    }

    private static func channel(
        _ discord: FakeDiscord, _ time: ManualTime, _ log: LogMemory, _ activity: ActivityCounter,
        destination: ChannelID? = 80, fallback: LogChannel.Fallback? = nil
    ) -> LogChannel {
        let rest = RESTClient(
            .init(token: "secret", projectURL: "https://example.org", projectVersion: "1"), transport: discord,
            time: time)
        return LogChannel(
            rest: rest, destination: { destination }, fallback: { fallback },
            redactor: Redactor(secrets: ["hush-hush-token"]),
            logger: Logger("test", sink: log, time: time), time: time, activity: activity)
    }

    @Test("lines from before READY wait, and are sent in their order")
    func order() async {
        channel.post("one")
        channel.post("  \n ")
        channel.post(" two ")
        await channel.flush()
        #expect(discord.texts.isEmpty)
        channel.open()
        channel.post("three")
        await channel.flush()
        #expect(discord.texts == ["one", "two", "three"])
        #expect(Set(discord.requests.map(\.path)) == ["/api/v10/channels/80/messages"])
        #expect(activity.count == 0)
    }

    @Test("the sender wakes for a line that comes later, and ends when it is cancelled")
    func sender() async {
        let sent = Door()
        discord.answers { _ in
            sent.open()
            return nil
        }
        let sender = Task { await channel.run() }
        channel.open()
        channel.post("late")
        await sent.pass()
        sender.cancel()
        await sender.value
        #expect(discord.texts == ["late"])
    }

    @Test("beyond 500 waiting lines the oldest are dropped, and a note says how many")
    func bounded() async {
        for number in 1...503 { channel.post("line \(number)") }
        #expect(activity.count == 500)
        channel.open()
        let sending = Task { await channel.flush() }
        while discord.texts.count < 501 { await time.advance(by: .seconds(1)) }
        await sending.value
        #expect(discord.texts.count == 501)
        #expect(Array(discord.texts.prefix(3)) == ["dropped=3", "line 4", "line 5"])
        #expect(discord.texts.last == "line 503")
        #expect(activity.count == 0)
    }

    @Test("a failure that may pass is attempted again after 1, 5 and 15 s, then given up with one warning")
    func backOff() async {
        discord.answers { _ in HTTPResponse(status: 501) }
        channel.open()
        channel.post("one")
        let sending = Task { await channel.flush() }
        for pause in [1, 5, 15] {
            await time.waitForSleepers(1)
            await time.advance(by: .seconds(pause))
        }
        await sending.value
        #expect(discord.requests.map { $0.at - .origin } == [.zero, .seconds(1), .seconds(6), .seconds(21)])
        #expect(Set(discord.requests.compactMap { $0.body["nonce"]?.string }).count == 1)
        #expect(log.messages == ["failed to send log message"])
        #expect(activity.count == 0)
    }

    @Test("a failure that will not pass holds up nobody")
    func refused() async {
        discord.answers { $0.content == "one" ? .refusal(403, code: 50001, "Missing Access") : nil }
        channel.open()
        channel.post("one")
        channel.post("two")
        await channel.flush()
        #expect(discord.texts == ["one", "two"])
        #expect(time.now == .origin)
        #expect(log.messages == ["failed to send log message"])
    }

    @Test("a line with a failure line of its own leaves that besides, also where there is no channel")
    func ownFailureLine() async {
        discord.answers { $0.content == "one" ? .refusal(403, code: 50001, "Missing Access") : nil }
        channel.open()
        channel.post("one", orLog: "report line not sent")
        channel.post("two", orLog: "report line not sent")
        await channel.flush()
        #expect(log.messages == ["report line not sent", "failed to send log message"])
        #expect(log.records.first?.level == .debug)
        Self.channel(discord, time, log, activity, destination: nil).post("three", orLog: "no place for a report line")
        #expect(log.messages.contains("no place for a report line"))
    }

    @Test("a line that a shutdown cuts off is sent by the flush, under the same nonce")
    func cutOff() async {
        let isDown = Mutex(true)
        discord.answers { _ in isDown.withLock { $0 } ? HTTPResponse(status: 501) : nil }
        channel.open()
        channel.post("one")
        channel.post("two")
        let sender = Task { await channel.run() }
        await time.waitForSleepers(1)
        sender.cancel()
        await sender.value
        isDown.withLock { $0 = false }
        await channel.flush()
        #expect(discord.texts == ["one", "one", "two"])
        #expect(Set(discord.requests.compactMap { $0.body["nonce"]?.string }).count == 2)
        #expect(log.records.isEmpty)
    }

    @Test("nobody is pinged but the roles that a line names, and secrets are masked")
    func safety() async throws {
        channel.open()
        channel.post("@everyone <@&5> hush-hush-token", pinging: [5])
        channel.post("<@&5> again")
        await channel.flush()
        let mentions = discord.requests.map { $0.body["allowed_mentions"] }
        #expect(mentions.first??["roles"]?.elements.compactMap(\.string) == ["5"])
        #expect(mentions.first??["parse"]?.elements == [])
        #expect(mentions.last??["roles"]?.elements.isEmpty != false)
        #expect(mentions.last??["parse"]?.elements == [])
        #expect(discord.texts.allSatisfy { !$0.contains("hush-hush-token") })
    }

    @Test("long text is cut at line ends into messages of at most 1800 characters, and nothing is lost")
    func splitting() async {
        let lines = (0..<100).map { "line \($0) " + String(repeating: "x", count: $0) }
        let text = lines.joined(separator: "\n")
        let parts = LogChannel.parts(of: text)
        #expect(parts.allSatisfy { $0.count <= 1800 && !$0.hasPrefix("\n") && !$0.hasSuffix("\n") })
        #expect(parts.joined(separator: "\n") == text)
        let endless = String(repeating: "y", count: 4000)
        #expect(LogChannel.parts(of: "a\n" + endless + "\nb").map(\.count) == [1, 1800, 1800, 402])
        let emoji = LogChannel.parts(of: String(repeating: "👩‍🌾", count: 1000))
        #expect(emoji.allSatisfy { $0.utf16.count <= 1800 } && emoji.joined().count == 1000)
        channel.open()
        channel.post(text)
        await channel.flush()
        #expect(discord.texts == parts)
    }

    @Test("without a channel nothing waits, and one warning says why")
    func absent() async {
        let channel = Self.channel(discord, time, log, activity, destination: nil)
        channel.open()
        channel.post("one")
        channel.post("two")
        await channel.flush()
        #expect(discord.requests.isEmpty && activity.count == 0)
        #expect(log.messages == ["Log channel disabled; set LOG_CHANNEL_ID to enable Discord log posting."])
    }

    @Test("without a channel cries for help go to the fallback, at most once in ten minutes")
    func fallback() async {
        let channel = Self.channel(
            discord, time, log, activity, destination: nil, fallback: .init(channel: 90, role: 5))
        channel.open()
        for text in ["fine", "❌ broken", "❌ broken again"] { channel.post(text) }
        await channel.flush()
        await time.advance(by: .seconds(600))
        channel.post("⚠️ toggles unreadable", from: .alert)
        await channel.flush()
        #expect(discord.texts == ["<@&5> ❌ broken", "<@&5> ⚠️ toggles unreadable"])
        #expect(Set(discord.requests.map(\.path)) == ["/api/v10/channels/90/messages"])
        #expect(activity.count == 0)
    }

    @Test("a cry for help that the channel refuses goes to the fallback")
    func refusedCry() async {
        let channel = Self.channel(discord, time, log, activity, fallback: .init(channel: 90, role: nil))
        discord.answers { $0.path.contains("/80/") ? .refusal(403, code: 50001, "Missing Access") : nil }
        channel.open()
        channel.post("fine")
        channel.post("❌ broken")
        await channel.flush()
        #expect(discord.requests.filter { $0.path.contains("/90/") }.compactMap(\.content) == ["❌ broken"])
    }

    @Test("what a job says is logged where the channel cannot be had")
    func jobLines() async {
        let absent = Self.channel(discord, time, log, activity, destination: nil)
        absent.post("done", from: .job)
        channel.open()
        discord.answers { _ in .refusal(403, code: 50001, "Missing Access") }
        channel.post("done", from: .job)
        await channel.flush()
        discord.answers { _ in .refusal(400, code: 50035, "Invalid Form Body") }
        channel.post("done", from: .job)
        await channel.flush()
        #expect(
            log.messages == [
                "[cron] ops channel missing: done", "[cron] ops channel unavailable: done",
                "[cron] ops channel send failed: Invalid Form Body (400/50035): Invalid Form Body",
            ])
    }

    @Test("of two lines with one key within five seconds the second is not sent")
    func deduplicated() async {
        channel.open()
        for _ in 0..<2 { channel.post("refreshed", unlessSaidAs: "refresh:all") }
        channel.post("another", unlessSaidAs: "refresh:clans")
        await time.advance(by: .seconds(5))
        channel.post("refreshed later", unlessSaidAs: "refresh:all")
        await channel.flush()
        #expect(discord.texts == ["refreshed", "another", "refreshed later"])
    }

    @Test("what waits when the channel closes and what comes later is not sent, and is no work in hand")
    func closed() async {
        channel.post("before READY")
        #expect(activity.count == 1)
        channel.close()
        channel.post("too late")
        #expect(activity.count == 0)
        channel.open()
        await channel.flush()
        #expect(discord.texts.isEmpty)
    }
}
