import Bot
import Cluster
import Discord
import Testing

@testable import Placement

@Suite("What /reserve new asks and takes")
struct ReserveFormTests {
    private static let today = CalendarDay(typed: "2026-03-16") ?? CalendarDay(daysSince1970: 0)
    private static let ann: UserID = 900_000_000_000_000_301
    private static let bo: UserID = 900_000_000_000_000_302

    private static func filled(_ inputs: [String: String], in name: String = ReserveForm.question) -> ModalSubmission {
        ModalSubmission(customID: name, fields: inputs.map { .init(customID: $0.key, values: [$0.value]) })
    }

    /// A form that was told some of it.
    private static func form(clan: String = "", recruit: String = "", date: String = "") throws -> ReserveForm {
        try #require(ReserveForm(ComponentID(ReserveForm.question, fields: [clan, recruit, date])))
    }

    private static func inputs(_ modal: ModalPayload) -> [String] { modal.components.flattened.compactMap(\.customID) }

    private static func proposal(reason: String = "", isFull: Bool = false, label: String = "WKAS") -> HoldProposal {
        HoldProposal(
            id: 77, owner: bo, label: label, recruit: ann, until: today + 4, reason: reason, isFull: isFull,
            isMember: true)
    }

    @Test(
        "the modal asks for what is missing and always for a reason, and carries what was given",
        arguments: [
            ("", "", "", ["clan", "recruit", "date", "reason"]), ("WKAS", "", "", ["recruit", "date", "reason"]),
            ("", "900000000000000301", "", ["clan", "date", "reason"]),
            ("", "", "2026-03-20", ["clan", "recruit", "reason"]),
            ("WKAS", "900000000000000301", "", ["date", "reason"]),
        ])
    func missing(clan: String, recruit: String, date: String, inputs: [String]) throws {
        let form = try Self.form(clan: clan, recruit: recruit, date: date)
        #expect(!form.isComplete)
        let modal = try form.modal
        #expect(Self.inputs(modal) == inputs)
        #expect(modal.violations.isEmpty, "\(modal.violations)")
        let id = try #require(ComponentID(customID: modal.customID))
        var answered = try #require(ReserveForm(id))
        #expect(answered == form)
        try answered.take(
            Self.filled(["clan": "#wkbr", "recruit": "\(Self.bo)", "date": " 2026-03-21 ", "reason": "  a friend "]),
            on: Self.today)
        #expect(answered.isComplete && answered.reason == "a friend")
    }

    @Test("an id of another layout is none", arguments: [["WKAS"], [], ["WKAS", "1", "2026-03-20", "more"]])
    func otherLayout(fields: [String]) {
        #expect(ReserveForm(ComponentID(ReserveForm.question, fields: fields)) == nil)
        #expect(ReserveForm(ComponentID(ReserveForm.correction, fields: ["", "", ""])) == nil)
    }

    @Test(
        "what is not understood is refused with what would be",
        arguments: [
            ("recruit", "Ann", ProposalView.unclearRecruit), ("recruit", "5", ProposalView.unclearRecruit),
            ("date", "friday", HoldView.invalidDate), ("date", "2026-03-15", HoldView.invalidDate),
            ("date", "20.03.2026", HoldView.invalidDate),
            ("clan", "??", "I don't know a clan with the tag `??`. Please check the tag and try again."),
        ])
    func refused(field: String, text: String, sentence: String) throws {
        var form = try Self.form()
        #expect(throws: Refusal(sentence, result: .usage)) { try form.take(Self.filled([field: text]), on: Self.today) }
    }

    @Test("a tag that no id can carry is refused in place of the modal")
    func longTag() throws {
        let form = try Self.form(clan: String(repeating: "W", count: 101))
        #expect(throws: Refusal.self) { try form.modal }
    }

    @Test("changes keep what is left as it is; a reason can be taken back")
    func changes() throws {
        let proposal = Self.proposal(reason: "a friend", isFull: true)
        var form = ReserveForm(proposal)
        let modal = ReserveForm.changes(of: proposal)
        #expect(Self.inputs(modal) == ["recruit", "date", "reason"] && modal.violations.isEmpty)
        #expect(modal.customID == "resv_edit:77")
        try form.take(Self.filled(["recruit": "", "date": "2026-03-30"], in: modal.customID), on: Self.today)
        #expect(form.recruit == Self.ann && form.until == Self.today + 14 && form.reason == "a friend")
        try form.take(Self.filled(["reason": " "], in: modal.customID), on: Self.today)
        #expect(form.reason.isEmpty && form.until == Self.today + 14)
    }

    @Test("a full clan's question has no button that saves before it has a reason")
    func fullClan() {
        func controls(_ proposal: HoldProposal) -> [String] {
            ProposalView.question(proposal).controls.flattened.compactMap(\.customID)
        }
        #expect(controls(Self.proposal(isFull: true)) == ["resv_reason:77", "resv_change:77", "resv_cancel:77"])
        let ready = ["resv_save:77", "resv_change:77", "resv_cancel:77"]
        #expect(controls(Self.proposal(reason: "a friend", isFull: true)) == ready)
        #expect(controls(Self.proposal()) == ready)
    }

    @Test("the largest content fits what Discord takes")
    func limits() {
        let long = String(repeating: "W@**`_ every\u{301}one 🧭", count: 400)
        let reason = String(long.prefix(ReserveDialogue.longestReason))
        for isFull in [true, false] {
            let proposal = HoldProposal(
                id: InteractionID(integerLiteral: .max), owner: Self.bo, label: long,
                recruit: UserID(integerLiteral: .max),
                until: CalendarDay(daysSince1970: 2_932_896), reason: reason, isFull: isFull, isMember: isFull)
            let question = ProposalView.question(proposal)
            let payload = MessagePayload(content: question.text, components: question.controls, allowedMentions: .none)
            #expect(payload.violations.isEmpty, "\(payload.violations)")
            for modal in [ReserveForm.changes(of: proposal), ReserveForm.reason(of: proposal)] {
                #expect(modal.violations.isEmpty, "\(modal.violations)")
            }
        }
    }
}
