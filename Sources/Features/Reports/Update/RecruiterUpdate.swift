import Bot
import Configuration
import Discord
import Service
import Spreadsheets
import Synchronization

/// Posts the Daily Recruiter Update and turns its pages. Source: recruitment chapter, sections 9 and 14.4.
struct RecruiterUpdate: Sendable {
    private let services: ReportServices
    private let logger: Logger
    private let snapshots = Snapshots()

    init(_ services: ReportServices) {
        self.services = services
        logger = services.logger.named("c1c.recruitment.reporting.daily")
    }

    // MARK: Posting

    /// Posts the update of a day. By the schedule it is posted once, whoever posted it.
    func post(_ cause: ReportCause) async -> ReportResult {
        let channel: Channel
        do {
            channel = try await services.resolveDestination()
        } catch {
            switch error {
            case .missing: return .failed("dest-missing")
            case .unreachable(let error): return .failed(ReportFailure.text(of: error))
            case .unfit: return .failed("dest-not-found")
            }
        }
        do {
            if cause.actor == .scheduled, try await isPosted(cause.date, in: channel.id) {
                logger.info("recruiter report posted before", ["date": .string(cause.date)])
                return .repeated
            }
            let view: RecruiterUpdateView
            do {
                view = try await read(.background)
            } catch {
                logger.warning("failed to fetch recruiter report rows", error: error)
                try await apologise(cause, in: channel.id)
                return .failed(ReportFailure.text(of: error))
            }
            let roles = Array(services.settings().policy.recruiterRoles)
            let message = try await send(view.message(cause.date, recruiters: roles), "update", cause, in: channel.id)
            snapshots.keep(view, of: message.id)
            return .ok
        } catch {
            logger.warning("failed to send recruiter report", error: error)
            return .failed(ReportFailure.text(of: error))
        }
    }

    /// The figures as the tab has them now.
    private func read(_ context: CallContext) async throws(WorkbookError) -> RecruiterUpdateView {
        let configuration = services.configuration
        let tab = configuration.registry[\.tabs.reports]
        let block = try await configuration.workbook.read(
            CellRange(tab: tab), of: try configuration.key(of: .recruitment), context)
        let figures = RecruiterFigures(block.rows)
        if !figures.missingColumns.isEmpty {
            logger.warning(
                "recruiter report columns missing", ["tab": .string(tab), "columns": .strings(figures.missingColumns)])
        }
        return RecruiterUpdateView(figures: figures, readAt: services.calendar.now)
    }

    /// Whether the bot posted the update of a day among the latest messages of the destination.
    private func isPosted(_ date: String, in channel: ChannelID) async throws(RESTError) -> Bool {
        let own = services.view.snapshot.ownUser?.id
        do {
            return try await services.rest.messages(in: channel, limit: 50).contains {
                $0.author.id == own && $0.content.hasPrefix(RecruiterUpdateView.heading(date))
            }
        } catch {
            // Who may not read the history may still post.
            guard error.api?.status == 403 else { throw error }
            logger.warning("report history unreadable", ["channel_id": .string("\(channel)")], error: error)
            return false
        }
    }

    private func apologise(_ cause: ReportCause, in channel: ChannelID) async throws(RESTError) {
        let payload = MessagePayload(
            content: "⚠️ There is no recruiter update for \(cause.date) yet: I could not read the figures.")
        _ = try await send(payload, "failure", cause, in: channel)
    }

    private func send(
        _ payload: MessagePayload, _ step: String, _ cause: ReportCause, in channel: ChannelID
    ) async throws(RESTError) -> Message {
        var payload = payload.fitted()
        payload.nonce = Nonce.derived(from: cause.key, step: step)
        return try await services.rest.createMessage(payload, in: channel)
    }

    // MARK: Turning pages

    /// Shows a page of an update that somebody pressed a button of. The figures are those that the message was posted with,
    /// or, where an earlier process posted it, those of now.
    func turn(to page: RecruiterUpdateView.Page, _ invocation: Invocation, _ responder: Responder) async throws {
        guard case .interaction(let interaction) = invocation.cause, let message = interaction.message else { return }
        let view: RecruiterUpdateView
        if let kept = snapshots[message.id] {
            view = kept
        } else {
            do {
                view = try await read(.interactive)
            } catch {
                logger.warning("failed to fetch recruiter report rows", error: error)
                throw Refusal("I cannot read the figures right now. Please try again in a few minutes.", result: .error)
            }
            snapshots.keep(view, of: message.id)
        }
        try await responder.edit(
            message.id,
            MessageEdit(embeds: [view.embed(page)], components: RecruiterUpdateView.buttons(showing: page)))
    }
}

/// The figures of the updates that were looked at last.
private final class Snapshots: Sendable {
    private static let capacity = 16

    private let views = Mutex<[(message: MessageID, view: RecruiterUpdateView)]>([])

    subscript(message: MessageID) -> RecruiterUpdateView? {
        views.withLock { $0.first { $0.message == message }?.view }
    }

    func keep(_ view: RecruiterUpdateView, of message: MessageID) {
        views.withLock { views in
            views.removeAll { $0.message == message }
            views.append((message, view))
            if views.count > Self.capacity { views.removeFirst() }
        }
    }
}
