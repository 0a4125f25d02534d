import FoundationEssentials
import HTTPClient
import Service

/// Makes calls of Sheets v4: token, turn, exchange, and the repetition of what may be repeated.
struct SheetsAPI: Sendable {
    /// When a call may be made again after a failure that may pass.
    enum Repetition: Sendable {
        /// Doing it twice is the same as doing it once.
        case always
        /// Only if the service has certainly not done it.
        case ifNotApplied
    }

    /// What a call is made of.
    struct Call: Sendable {
        /// What the call is counted as.
        var kind: QuotaGovernor.Kind
        /// The name under which it is reported, as in Google's reference.
        var operation: String
        /// The spreadsheet that it is about.
        var spreadsheet: SpreadsheetKey
        /// What follows the spreadsheet's address, query included.
        var path: String
        /// The JSON that is sent; nil for a GET.
        var body: [UInt8]?
        var repetition: Repetition = .always
        var priority: CallContext.Priority
        /// When the callers give up, in transport time.
        let deadline: SharedDeadline
        /// The name of the call in the queue, if somebody may want to hurry it.
        var ticket: QuotaGovernor.Ticket?

        /// A call for one caller.
        init(
            kind: QuotaGovernor.Kind, operation: String, spreadsheet: SpreadsheetKey, path: String,
            body: [UInt8]? = nil, repetition: Repetition = .always, priority: CallContext.Priority, deadline: Timestamp
        ) {
            (self.kind, self.operation, self.spreadsheet, self.path) = (kind, operation, spreadsheet, path)
            (self.body, self.repetition, self.priority) = (body, repetition, priority)
            self.deadline = SharedDeadline(deadline)
        }

        /// A call that others may join and hurry.
        init(
            kind: QuotaGovernor.Kind, operation: String, spreadsheet: SpreadsheetKey, path: String,
            priority: CallContext.Priority, sharedDeadline: SharedDeadline, ticket: QuotaGovernor.Ticket
        ) {
            (self.kind, self.operation, self.spreadsheet, self.path) = (kind, operation, spreadsheet, path)
            (self.priority, self.ticket, deadline) = (priority, ticket, sharedDeadline)
        }
    }

    /// The service does not know a range, most likely because its tab is missing.
    static let unknownRange = WorkbookError.notFound("unable to parse range")

    private let transport: any HTTPTransport
    private let tokens: AccessTokens
    private let governor: QuotaGovernor
    private let options: GoogleWorkbook.Options
    private let time: any TimeSource

    init(
        transport: any HTTPTransport, tokens: AccessTokens, options: GoogleWorkbook.Options, time: any TimeSource
    ) {
        self.transport = transport
        self.tokens = tokens
        self.options = options
        self.time = time
        governor = QuotaGovernor(limits: options.limits, time: time)
    }

    /// A name with which a call can be hurried later.
    func makeTicket() -> QuotaGovernor.Ticket { governor.makeTicket() }

    /// A person now waits for the call of that name.
    func promote(_ ticket: QuotaGovernor.Ticket) async { await governor.promote(ticket) }

    /// Makes a call until it succeeds, fails for good, or its time is up; gives the body of the answer.
    ///
    /// - Throws: `ambiguous` for a write that may have been applied though no answer says so.
    func send(_ call: Call) async throws(WorkbookError) -> [UInt8] {
        let subject = Subject(operation: call.operation, spreadsheet: call.spreadsheet, deadline: call.deadline)
        return try await repeating(subject, call.kind == .write, call.repetition) { () async throws(SheetsFailure) in
            try await exchange(call, subject)
        }
    }

    /// Renders cells of a tab as a PDF document. The file service has no part in the quota of Sheets.
    func export(
        _ cells: String, sheetID: Int, of spreadsheet: SpreadsheetKey, until deadline: Timestamp
    ) async throws(WorkbookError) -> [UInt8] {
        let query = PercentEncoding.query([
            ("format", "pdf"), ("portrait", "false"), ("fitw", "true"), ("gid", "\(sheetID)"), ("range", cells),
        ])
        let address =
            "\(options.addresses.drive)/spreadsheets/d/\(PercentEncoding.encode(spreadsheet.text))/export\(query)"
        var request = HTTPRequest(.get, address, deadline: GoogleWorkbook.exportTimeout)
        request.maximumResponseBytes = 64 << 20
        let subject = Subject(
            operation: "export", spreadsheet: spreadsheet, deadline: SharedDeadline(deadline))
        return try await repeating(subject, false, .always) { [request] () async throws(SheetsFailure) in
            try await document(request, subject)
        }
    }
}

// MARK: - Exchanges

extension SheetsAPI {
    /// What an exchange is about, for reports, and how long it may take.
    private struct Subject {
        let operation: String
        let spreadsheet: SpreadsheetKey
        let deadline: SharedDeadline
    }

    private func repeating<Answer>(
        _ subject: Subject, _ isWrite: Bool, _ repetition: Repetition,
        _ exchange: () async throws(SheetsFailure) -> Answer
    ) async throws(WorkbookError) -> Answer {
        var attempt = 1
        var mayBeApplied = false
        var hasRenewedToken = false
        while true {
            let failure: SheetsFailure
            do throws(SheetsFailure) { return try await exchange() } catch { failure = error }
            mayBeApplied = mayBeApplied || (isWrite && failure.mayBeApplied)
            if failure.error == .cancelled { throw Self.cancelled(mayBeApplied) }
            if failure.isUnauthorised, !hasRenewedToken {
                hasRenewedToken = true
                continue
            }
            let retries = options.pace().retries
            let pause = retries.delay(
                after: attempt, chance: .random(in: 0..<1), retryAfter: failure.retryAfter)
            let mayRepeat = failure.error.isRetryable && (repetition == .always || !mayBeApplied)
            if let explanation = failure.explanation {
                options.observer(
                    .refused(
                        operation: subject.operation, tail: subject.spreadsheet.tail, explanation: explanation))
            }
            guard mayRepeat, attempt < retries.attempts, time.now + pause < subject.deadline.time else {
                throw mayBeApplied ? .ambiguous("\(failure.error)") : failure.error
            }
            options.observer(
                .repeating(
                    operation: subject.operation, tail: subject.spreadsheet.tail, attempt: attempt,
                    error: failure.error, pause: pause))
            do { try await time.sleep(for: pause) } catch { throw Self.cancelled(mayBeApplied) }
            attempt += 1
        }
    }

    /// Whoever gives up a write that may have been applied has to know that it may have been.
    private static func cancelled(_ mayBeApplied: Bool) -> WorkbookError {
        mayBeApplied ? .ambiguous("cancelled after it was sent") : .cancelled
    }

    private func exchange(_ call: Call, _ subject: Subject) async throws(SheetsFailure) -> [UInt8] {
        let address =
            "\(options.addresses.sheets)/v4/spreadsheets/\(PercentEncoding.encode(call.spreadsheet.text))\(call.path)"
        var request = HTTPRequest(call.body == nil ? .get : .post, address, deadline: GoogleWorkbook.callTimeout)
        request.acceptsCompression = true
        request.maximumResponseBytes = 32 << 20
        if let body = call.body { request.body = .bytes(body, contentType: "application/json") }
        let token = try await token(until: call.deadline.time)
        let ticket = call.ticket ?? governor.makeTicket()
        do throws(WorkbookError) {
            try await governor.enter(ticket, call.kind, call.priority, until: call.deadline.time)
        } catch {
            throw SheetsFailure(notSent: error)
        }
        let result: Result<HTTPResponse, SheetsFailure>
        do throws(SheetsFailure) { result = .success(try await send(request, token, subject)) } catch {
            result = .failure(error)
        }
        await governor.leave(call.kind)
        let response = try result.get()
        guard response.status == 200 else {
            throw SheetsFailure(response, subject: "spreadsheet \(call.spreadsheet.tail)")
        }
        return response.body
    }

    private func document(_ request: HTTPRequest, _ subject: Subject) async throws(SheetsFailure) -> [UInt8] {
        let token: String
        do throws(SheetsFailure) { token = try await self.token(until: subject.deadline.time) } catch {
            guard case .configuration(let reason) = error.error else { throw error }
            throw SheetsFailure(notSent: .configuration("auth_failure:\(reason)"))
        }
        let response: HTTPResponse
        do throws(SheetsFailure) { response = try await send(request, token, subject) } catch {
            guard case .transient(let reason) = error.error else { throw error }
            throw SheetsFailure(notSent: .transient("pdf_request_failed:\(reason)"))
        }
        if let failure = SheetsFailure(export: response) { throw failure }
        return response.body
    }

    private func token(until deadline: Timestamp) async throws(SheetsFailure) -> String {
        do throws(WorkbookError) { return try await tokens.current(until: deadline) } catch {
            throw SheetsFailure(notSent: error)
        }
    }

    /// One exchange with a token; a response of any status.
    private func send(
        _ request: HTTPRequest, _ token: String, _ subject: Subject
    ) async throws(SheetsFailure) -> HTTPResponse {
        let start = time.now
        guard start < subject.deadline.time else { throw SheetsFailure(notSent: .transient("no time left")) }
        var request = request
        request.headers["Authorization"] = "Bearer \(token)"
        request.deadline = min(request.deadline, subject.deadline.time - start)
        let response: HTTPResponse
        do { response = try await transport.send(request) } catch {
            report(subject, nil, since: start)
            throw SheetsFailure(error)
        }
        report(subject, response.status, since: start)
        if response.status == 401 { await tokens.refuse(token) }
        return response
    }

    private func report(_ subject: Subject, _ status: Int?, since start: Timestamp) {
        options.observer(
            .answered(
                operation: subject.operation, tail: subject.spreadsheet.tail, status: status,
                duration: time.now - start))
    }
}
