import Discord
import Service
import Testing

@testable import Bot

@Suite("Access")
struct AccessTests {
    private static let policy = AccessPolicy(
        adminRoles: [100], staffRoles: [101], recruiterRoles: [102], leadRoles: [103])

    private static func caller(_ roles: Set<RoleID>?, isAdministrator: Bool = false) -> Caller {
        Caller(id: 11, roles: roles, isAdministrator: isAdministrator)
    }

    private static let rules: [(name: String, rule: AccessRule)] = [
        ("anyone", .anyone), ("server", .server), ("staff", .staff), ("admin", .admin),
        ("recruiter", .recruiter(refusal: "no")),
    ]

    @Test(
        "each rule admits exactly those it names",
        arguments: [
            ("outside a server", nil, false, ["anyone"]), ("member", [], false, ["anyone", "server"]),
            ("staff", [101], false, ["anyone", "server", "staff"]),
            ("recruiter", [102], false, ["anyone", "server", "recruiter"]),
            ("lead", [103], false, ["anyone", "server"]),
            ("admin", [100], false, ["anyone", "server", "staff", "admin", "recruiter"]),
            ("administrator", [], true, ["anyone", "server", "staff", "admin", "recruiter"]),
            ("administrator outside a server", nil, true, ["anyone"]),
        ] as [(String, Set<RoleID>?, Bool, [String])])
    func rules(name: String, roles: Set<RoleID>?, isAdministrator: Bool, admitted: [String]) {
        let caller = Self.caller(roles, isAdministrator: isAdministrator)
        let granted = Self.rules.filter { Self.policy.decide($0.rule, for: caller).isGranted }.map(\.name)
        #expect(granted == admitted)
    }

    @Test("a refusal says what is asked for")
    func sentences() {
        let member = Self.caller([])
        #expect(Self.policy.decide(.staff, for: member) == .denied("Staff only."))
        #expect(Self.policy.decide(.admin, for: member) == .denied("Admins only."))
        #expect(Self.policy.decide(.recruiter(refusal: "no"), for: member) == .denied("no"))
        #expect(
            Self.policy.decide(.admin, for: Self.caller(nil)) == .denied("This command can only be used in servers."))
    }

    @Test("with no roles configured nobody is admitted but by the Administrator permission, and that is told")
    func unconfigured() {
        let policy = AccessPolicy()
        for (_, rule) in Self.rules.dropFirst(2) {
            #expect(!policy.decide(rule, for: Self.caller([100, 101, 102])).isGranted)
            #expect(
                policy.decide(rule, for: Self.caller([], isAdministrator: true)) == .grantedByAdministratorPermission)
        }
    }

    @Test("a gate is open while one of its toggles is on, and without toggles always")
    func gates() {
        #expect(Gate.always.isOpen { _ in false })
        #expect(!Gate.toggle("a").isOpen { _ in false })
        #expect(Gate.anyToggle(["a", "b"]).isOpen { $0 == "b" })
        #expect(!Gate.anyToggle([]).isOpen { _ in true })
    }

    @Test("a refused command is logged once in 30 s of passing time, whatever the wall clock does")
    func denials() async {
        let (time, log) = (ManualTime(start: .origin + .seconds(100_000)), LogMemory())
        let denials = DenialLog(time: time, logger: Logger("test", sink: log, time: time))
        let invocation = Invocation(
            cause: .reaction(
                ReactionChange(userID: 11, channelID: 50, messageID: 9, emoji: PartialEmoji("💡"))), key: "k",
            trace: "t", bot: 99, caller: Self.caller([]), user: nil, member: nil, guildID: 1, channelID: 50,
            receivedAt: time.now)
        denials.note("Staff only.", command: "ops", invocation)
        denials.note("Staff only.", command: "ops", invocation)
        #expect(log.messages == ["Denied ops command 'ops' for user 11 in guild 1"])
        await time.set(by: .seconds(-3600))
        await time.advance(by: .seconds(29))
        denials.note("Staff only.", command: "ops", invocation)
        #expect(log.records.count == 1)
        await time.advance(by: .seconds(1))
        denials.note("Staff only.", command: "ops", invocation)
        #expect(log.records.count == 2)
    }
}
