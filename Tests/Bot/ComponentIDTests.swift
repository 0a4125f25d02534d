import Testing

@testable import Bot

@Suite("Custom ids")
struct ComponentIDTests {
    @Test(
        "an id survives the way through Discord",
        arguments: [
            ComponentID("rp_cb"),
            ComponentID("rp_cb", fields: ["900000000000000351"]),
            ComponentID("hold", version: 2, fields: ["WKBR", "2026-03-20"]),
            ComponentID("odd", fields: ["a:b", "100%", "me@home", "", "ünï"]),
        ])
    func roundTrip(id: ComponentID) throws {
        #expect(ComponentID(customID: try id.customID()) == id)
    }

    @Test("ids that the previous deployment posted are version 1")
    func plain() {
        #expect(ComponentID(customID: "open_spots_summary") == ComponentID("open_spots_summary"))
        #expect(ComponentID(customID: "rp_cvc:42") == ComponentID("rp_cvc", fields: ["42"]))
    }

    @Test("text that is no id is refused", arguments: ["", ":x", "a@b", "a@0", "a@-1", "@2"])
    func malformed(text: String) {
        #expect(ComponentID(customID: text) == nil)
    }

    @Test("more than a custom id holds is an error, not a broken button")
    func tooLong() {
        #expect(throws: ComponentID.TooLong.self) {
            try ComponentID("x", fields: [String(repeating: "y", count: 99)]).customID()
        }
        #expect(throws: Never.self) { try ComponentID("x", fields: [String(repeating: "y", count: 98)]).customID() }
    }

    @Test("a broken escape is kept as it stands")
    func brokenEscape() {
        #expect(ComponentID(customID: "a:50%:%4")?.fields == ["50%", "%4"])
    }
}
