import Bot
import Cluster
import Discord

/// What `/reserve new` was told so far, and the modals that ask for the rest. A value: it reads no sheet and no journal, so
/// that a modal opens at once. Source: design, sections 4 and 5; placement chapter, section 5.
///
/// ```swift
/// var form = try ReserveForm(invocation.line, on: today)     // the options
/// let modal = form.isComplete ? nil : try form.modal         // what is missing
/// try form.take(submission, on: today)                       // what was filled in
/// ```
struct ReserveForm: Sendable, Hashable {
    /// The arguments of the command, and the inputs of the modals.
    enum Field {
        static let clan = "clan"
        static let recruit = "recruit"
        static let date = "date"
        static let reason = "reason"
    }

    /// The name of the modal that asks for what is missing. Its id carries what was given.
    static let question = "resv_ask"
    /// The name of the modal that changes what is to be confirmed.
    static let correction = "resv_edit"

    private(set) var clan: ClanTag?
    private(set) var recruit: UserID?
    private(set) var until: CalendarDay?
    private(set) var reason = ""

    /// Whether there is enough for a question whether it shall be saved.
    var isComplete: Bool { clan != nil && recruit != nil && until != nil }

    // MARK: Reading

    /// Reads the options of the command.
    /// - Parameter today: the day in UTC.
    /// - Throws: the sentence for the caller where one of them is not understood.
    init(_ line: CommandLine, on today: CalendarDay) throws(Refusal) {
        for field in [Field.recruit, Field.clan, Field.date] {
            if let text = line.text(field) { try take(text, for: field, on: today) }
        }
    }

    /// Reads the id of the modal that asked for what was missing; nil for one that another version wrote.
    init?(_ id: ComponentID) {
        guard id.name == Self.question, id.fields.count == 3 else { return nil }
        clan = ClanTag(id.fields[0])
        recruit = UserID(digits: id.fields[1])
        until = CalendarDay(typed: id.fields[2])
    }

    /// Begins with what is to be confirmed.
    init(_ proposal: HoldProposal) {
        clan = proposal.tag
        recruit = proposal.recruit
        until = proposal.until
        reason = proposal.reason
    }

    /// Takes what was filled in. An input that was left empty changes nothing, but for the reason.
    /// - Throws: the sentence for the caller where one of them is not understood.
    mutating func take(_ modal: ModalSubmission, on today: CalendarDay) throws(Refusal) {
        for field in [Field.recruit, Field.clan, Field.date] {
            if let text = modal[field]?.withoutBlanksAround, !text.isEmpty {
                try take(String(text), for: field, on: today)
            }
        }
        if let text = modal[Field.reason] {
            reason = String(text.withoutBlanksAround.prefix(ReserveDialogue.longestReason))
        }
    }

    private mutating func take(_ text: String, for field: String, on today: CalendarDay) throws(Refusal) {
        switch field {
        case Field.recruit:
            guard let id = UserID(reference: text) else { throw Refusal(ProposalView.unclearRecruit, result: .usage) }
            recruit = id
        case Field.clan:
            guard let tag = ClanTag(text) else { throw .unknownClan(text) }
            clan = tag
        default:
            guard let day = CalendarDay(typed: text), day >= today else {
                throw Refusal(HoldView.invalidDate, result: .usage)
            }
            until = day
        }
    }

    // MARK: Asking

    /// Asks for all that is missing, and for a reason, which is needed where no seat is free.
    /// - Throws: the sentence for the caller whose clan is none.
    var modal: ModalPayload {
        get throws(Refusal) {
            let given = [clan?.text, recruit.map { "\($0)" }, until?.description].map { $0 ?? "" }
            guard let id = try? ComponentID(Self.question, fields: given).customID() else {
                throw .unknownClan(clan?.text ?? "")
            }
            var inputs: [Component] = []
            if clan == nil { inputs.append(Self.clanInput) }
            if recruit == nil { inputs.append(Self.recruitInput(nil, isRequired: true)) }
            if until == nil { inputs.append(Self.dateInput(nil)) }
            inputs.append(Self.reasonInput("", isRequired: false))
            return ModalPayload(customID: id, title: "Hold a seat", components: inputs)
        }
    }

    /// Asks what of a proposal shall be otherwise.
    static func changes(of proposal: HoldProposal) -> ModalPayload {
        ModalPayload(
            customID: proposal.customID(correction), title: "Change the reservation",
            components: [
                // Only members can be shown as chosen.
                recruitInput(proposal.isMember ? proposal.recruit : nil, isRequired: false),
                dateInput(proposal.until), reasonInput(proposal.reason, isRequired: false),
            ])
    }

    /// Asks for the reason of a proposal alone.
    static func reason(of proposal: HoldProposal) -> ModalPayload {
        ModalPayload(
            customID: proposal.customID(correction), title: "Why hold a seat?",
            components: [reasonInput("", isRequired: true)])
    }

    private static let clanInput = Component.label(
        ComponentLabel(
            label: "Clan", description: "The clan's tag",
            component: .textInput(TextInput(customID: Field.clan, maximumLength: 40, placeholder: "Tag"))))

    private static func recruitInput(_ chosen: UserID?, isRequired: Bool) -> Component {
        .label(
            ComponentLabel(
                label: "Recruit", description: "Somebody who is not here is named by id, in the command's option.",
                component: .select(
                    SelectMenu(
                        customID: Field.recruit, choices: .users, placeholder: "Who the seat is for",
                        minimumValues: isRequired ? 1 : 0, defaultValues: chosen.map { [.user($0)] } ?? [],
                        isRequired: isRequired))))
    }

    private static func dateInput(_ day: CalendarDay?) -> Component {
        .label(
            ComponentLabel(
                label: "Until which date", description: "The last day, today (UTC) or later",
                component: .textInput(
                    TextInput(
                        customID: Field.date, maximumLength: 20, value: day?.description, placeholder: "YYYY-MM-DD"))))
    }

    private static func reasonInput(_ reason: String, isRequired: Bool) -> Component {
        let longest = ReserveDialogue.longestReason
        return .label(
            ComponentLabel(
                label: "Reason", description: "Needed only where the clan has no free seat",
                component: .textInput(
                    TextInput(
                        customID: Field.reason, style: .paragraph, maximumLength: longest, isRequired: isRequired,
                        value: reason.isEmpty ? nil : reason.truncated(toUTF16: longest)))))
    }
}
