import JSON
import Service
import Testing

@testable import DiscordSimulator

@Suite("Channels, threads, members and roles")
struct ChannelTests {
    @Test("permissions of a channel: everyone, roles together, member, implied refusals")
    func overwrites() throws {
        var state = TestWorld.state()
        func bits() -> PermissionBits { state.permissions(of: TestWorld.dain, inChannel: TestWorld.general) }
        #expect(bits().contains(.sendMessages))
        state.channels[TestWorld.general]?.overwrites = [
            PermissionOverwrite(.role, TestWorld.guild, deny: .sendMessages)
        ]
        #expect(!bits().contains(.sendMessages) && !bits().contains(.attachFiles))
        state.channels[TestWorld.general]?.overwrites.append(
            PermissionOverwrite(.role, TestWorld.staff, allow: .sendMessages))
        #expect(bits().contains(.sendMessages))
        state.channels[TestWorld.general]?.overwrites.append(
            PermissionOverwrite(.member, TestWorld.dain, deny: .viewChannel))
        #expect(bits() == [])
        #expect(state.permissions(of: TestWorld.ayla, inChannel: TestWorld.hidden) == .all)
    }

    @Test("a third rename within ten minutes is refused for as long as the first one counts")
    func renames() throws {
        var state = TestWorld.state(botPermissions: .manageThreads)
        let thread = try state.openThread(
            WorldState.ThreadForm(name: "t", kind: .publicThread), in: TestWorld.general, from: nil, by: TestWorld.bram,
            reason: nil)
        for name in ["one", "two"] { _ = try state.call("PATCH", "/channels/\(thread.id)", ["name": .string(name)]) }
        // The name it already has costs nothing.
        _ = try state.call("PATCH", "/channels/\(thread.id)", ["name": "two"])
        let error = #expect(throws: APIError.self) {
            try state.call("PATCH", "/channels/\(thread.id)", ["name": "three"])
        }
        #expect(error?.status == 429 && error?.retryAfter == 600)
        state.transportNow += .seconds(600)
        _ = try state.call("PATCH", "/channels/\(thread.id)", ["name": "three"])
        #expect(state.channels[thread.id]?.name == "three")
    }

    @Test("archived and locked threads")
    func archived() throws {
        var state = TestWorld.state()
        let thread = try state.openThread(
            WorldState.ThreadForm(name: "t", kind: .publicThread), in: TestWorld.general, from: nil, by: TestWorld.bram,
            reason: nil)
        let path = "/channels/\(thread.id)"
        let message = try state.call("POST", "\(path)/messages", ["content": "hi"])
        let messageID = try #require(message?["id"]?.string)
        // Neither owner nor manager.
        #expect(errorCode { () throws(APIError) in _ = try state.call("PATCH", path, ["archived": true]) } == 50013)
        _ = try state.editChannel(thread.id, ["archived": true], by: TestWorld.bram, reason: nil)
        #expect(errorCode { () throws(APIError) in _ = try state.call("PATCH", path, ["name": "x"]) } == 50083)
        #expect(
            errorCode { () throws(APIError) in
                _ = try state.call("PATCH", "\(path)/messages/\(messageID)", ["content": "x"])
            } == 50083)
        #expect(
            errorCode { () throws(APIError) in
                _ = try state.call("PUT", "\(path)/messages/\(messageID)/reactions/👍/@me")
            } == 50083)
        // A message opens it again.
        _ = try state.call("POST", "\(path)/messages", ["content": "again"])
        #expect(state.channels[thread.id]?.thread?.isArchived == false)
        _ = try state.editChannel(thread.id, ["archived": true, "locked": true], by: TestWorld.dain, reason: nil)
        #expect(
            errorCode { () throws(APIError) in _ = try state.call("POST", "\(path)/messages", ["content": "no"]) }
                == 50083)
        #expect(errorCode { () throws(APIError) in _ = try state.call("PATCH", path, ["archived": false]) } == 50013)
        _ = try state.editChannel(thread.id, ["archived": false], by: TestWorld.dain, reason: nil)
        #expect(
            errorCode { () throws(APIError) in _ = try state.call("POST", "\(path)/messages", ["content": "no"]) }
                == 160005)
    }

    @Test("a thread from a message has the message's id and can be made once")
    func threadFromMessage() throws {
        var state = TestWorld.state()
        let message = try state.say("start")
        let path = "/channels/\(TestWorld.general)/messages/\(message.id)/threads"
        let thread = try state.call("POST", path, ["name": "topic"])
        #expect(thread?["id"]?.snowflake == message.id)
        #expect(errorCode { () throws(APIError) in _ = try state.call("POST", path, ["name": "topic"]) } == 160004)
    }

    @Test("roles above one's own cannot be given, and neither can any without the permission")
    func hierarchy() throws {
        let path = "/guilds/\(TestWorld.guild)/members/\(TestWorld.bram)/roles"
        var weak = TestWorld.state()
        #expect(errorCode { () throws(APIError) in _ = try weak.call("PUT", "\(path)/\(TestWorld.staff)") } == 50013)
        var state = TestWorld.state(botPermissions: .manageRoles)
        #expect(errorCode { () throws(APIError) in _ = try state.call("PUT", "\(path)/\(TestWorld.high)") } == 50013)
        #expect(errorCode { () throws(APIError) in _ = try state.call("PUT", "\(path)/999") } == 10011)
        _ = try state.call("PUT", "\(path)/\(TestWorld.staff)")
        #expect(state.guilds[TestWorld.guild]?.members[TestWorld.bram]?.roles == [TestWorld.staff])
        #expect(state.auditLog.last?.action == 25)
    }

    @Test("a bot grants in overwrites only what it has itself")
    func grantable() throws {
        var state = TestWorld.state(botPermissions: .manageRoles)
        let path = "/channels/\(TestWorld.general)/permissions/\(TestWorld.staff)"
        #expect(
            errorCode { () throws(APIError) in _ = try state.call("PUT", path, ["type": 0, "allow": "8192"]) } == 50013)
        _ = try state.call("PUT", path, ["type": 0, "deny": "2048"])
        #expect(state.channels[TestWorld.general]?.overwrites.first?.deny == .sendMessages)
    }

    @Test("the sample guild has the ids of the workbook")
    func sample() {
        let state = WorldState(SampleGuild.blueprint(), now: TestWorld.start, transportNow: .origin)
        let roles = state.guilds[SampleGuild.guild]?.roles
        #expect(roles?[SampleGuild.id(159)]?.name == "Iron Sparrows")
        #expect(state.channels[SampleGuild.id(276)]?.name == "wkzn")
        #expect(state.channels[SampleGuild.id(414)]?.name == "Res-W0614-norrin-WKTD")
        #expect(state.channels[SampleGuild.id(409)] == nil)
        #expect(state.channels[SampleGuild.id(408)]?.thread?.isLocked == true)
        #expect(state.guilds[SampleGuild.guild]?.members[SampleGuild.applicant(7)] == nil)
        #expect(state.canSee(SampleGuild.id(401), SampleGuild.applicant(1)))
        #expect(!state.canSee(SampleGuild.recruiters, SampleGuild.applicant(1)))
        #expect(state.canSee(SampleGuild.botLog, SampleGuild.bot))
        let ids = state.channels.keys.flatMap { state.messages(in: $0) }.map(\.id)
        #expect(Set(ids).count == ids.count)
    }
}
