public import HTTPClient
import JSON
public import Service

/// Discord's REST API, version 10: typed calls that keep to the limits, are repeated where that is safe, and have a
/// deadline.
///
///     let rest = RESTClient(configuration, transport: HTTPClient(), time: TransportTime())
///     let message = try await rest.createMessage(MessagePayload(content: "Hello"), in: channel)
///
/// Payloads are checked against the documented limits before they are sent. All limits are those of one token: a process
/// needs one client for each. Source: Discord documentation, Reference.
public final class RESTClient: Sendable {
    /// What a client needs to know.
    public struct Configuration: Sendable {
        /// The bot's token, without `Bot`.
        public var token: String
        /// How the bot calls itself. Source: Discord documentation, Reference, "User Agent".
        public var userAgent: String
        /// Where the API lives, with its version.
        public var api: BaseURL
        /// Where images and files live.
        public var cdn: BaseURL

        /// Creates a configuration.
        ///
        /// - Parameters:
        ///   - projectURL: where the bot is described, for the user agent.
        ///   - projectVersion: its version, for the user agent.
        public init(
            token: String,
            projectURL: String,
            projectVersion: String,
            api: BaseURL = .discordAPI,
            cdn: BaseURL = .discordCDN
        ) {
            self.token = token
            userAgent = "DiscordBot (\(projectURL), \(projectVersion))"
            self.api = api
            self.cdn = cdn
        }
    }

    let configuration: Configuration
    let transport: any HTTPTransport
    private let time: any TimeSource
    private let limiter: RateLimiter
    private let retries: RetryPolicy
    private let jitter: @Sendable () -> Double
    private let traffic: RESTTraffic
    private let activity: ActivityCounter?

    /// Creates a client.
    ///
    /// - Parameters:
    ///   - time: transport time.
    ///   - metrics: where requests are counted and timed.
    ///   - activity: counts calls in progress, also those that wait.
    public convenience init(
        _ configuration: Configuration,
        transport: any HTTPTransport,
        time: any TimeSource,
        metrics: Metrics = Metrics(),
        logger: Logger = .silent,
        activity: ActivityCounter? = nil
    ) {
        self.init(
            configuration, transport: transport, time: time, metrics: metrics, logger: logger, activity: activity,
            retries: RetryPolicy(), jitter: { .random(in: 0...1) })
    }

    init(
        _ configuration: Configuration,
        transport: any HTTPTransport,
        time: any TimeSource,
        metrics: Metrics,
        logger: Logger,
        activity: ActivityCounter?,
        retries: RetryPolicy,
        jitter: @escaping @Sendable () -> Double
    ) {
        self.configuration = configuration
        self.transport = transport
        self.time = time
        self.retries = retries
        self.jitter = jitter
        self.activity = activity
        limiter = RateLimiter(time: time)
        traffic = RESTTraffic(metrics: metrics, logger: logger)
    }
}

// MARK: - Calls

extension RESTClient {
    /// Makes a call that answers with a model.
    func fetch<Model: JSONDecodable>(
        _ call: RESTCall, as model: Model.Type = Model.self
    ) async throws(RESTError) -> Model {
        try Self.decode(try await perform(call)) { json throws(DecodingFailure) in try Model(json) }
    }

    /// Makes a call whose answer does not matter.
    func run(_ call: RESTCall) async throws(RESTError) {
        _ = try await perform(call)
    }

    /// Reads the body of a response.
    static func decode<Value>(
        _ response: HTTPResponse, _ read: (JSONView) throws(DecodingFailure) -> Value
    ) throws(RESTError) -> Value {
        let document: JSONDocument
        do throws(JSONError) {
            document = try JSONDocument(parsing: response.body)
        } catch {
            throw .undecodable("\(error)")
        }
        do throws(DecodingFailure) {
            return try read(document.root)
        } catch {
            throw .undecodable("\(error)")
        }
    }

    /// Makes a call, as often as it takes within its deadline.
    func perform(_ call: RESTCall) async throws(RESTError) -> HTTPResponse {
        activity?.begin()
        defer { activity?.end() }
        let deadline = time.now + call.deadline
        var progress = Progress()
        while true {
            let failure: RetryPolicy.Failure
            switch try await attempt(call, progress: &progress, deadline: deadline) {
            case .answered(let response): return response
            case .refused: continue
            case .failed(let reason): failure = reason
            }
            let wait = retries.wait(afterAttempt: progress.attempts, jitter: jitter())
            guard call.isAwaited || progress.attempts < retries.maximumAttempts,
                retries.isWorthRetrying(failure, isRepeatable: call.isRepeatable),
                time.now + wait < deadline
            else { throw Self.error(for: failure, progress) }
            traffic.willRetry(call.route, after: wait, failure: Self.error(for: failure, progress))
            do {
                try await time.sleep(for: wait)
            } catch {
                throw .cancelled
            }
        }
    }

    /// What happened to a call so far.
    private struct Progress {
        var attempts = 0
        var refusals = 0
        /// Whether an earlier attempt may have been applied.
        var mayBeDone = false
        var place: RateLimiter.Place?
        var lastResponse: HTTPResponse?
    }

    private enum Attempt {
        case answered(HTTPResponse)
        /// By a rate limit: the next permit waits for its end.
        case refused
        case failed(RetryPolicy.Failure)
    }

    private func attempt(
        _ call: RESTCall, progress: inout Progress, deadline: Timestamp
    ) async throws(RESTError) -> Attempt {
        let permit = try await permit(for: call.route, place: progress.place, deadline: deadline)
        progress.place = permit.place
        let request = call.request(
            base: configuration.api, authorization: "Bot \(configuration.token)", userAgent: configuration.userAgent,
            deadline: retries.attemptDeadline(remaining: deadline - time.now, isRepeatable: call.isRepeatable))
        let start = time.now
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await transport.send(request)
        } catch {
            await limiter.settle(permit, error.mayHaveBeenSent ? .unanswered : .notSent)
            traffic.didFail(call.route, error, duration: time.now - start, waited: permit.waited)
            if error == .cancelled { throw .cancelled }
            progress.attempts += 1
            progress.mayBeDone = progress.mayBeDone || error.mayHaveBeenSent
            progress.lastResponse = nil
            return .failed(.transport(error))
        }
        let answer = RateLimitAnswer(response)
        await limiter.settle(permit, .answered(answer))
        traffic.didAnswer(call.route, answer, duration: time.now - start, waited: permit.waited)
        return try judge(response, answer, of: call, progress: &progress)
    }

    private func permit(
        for route: Route, place: RateLimiter.Place?, deadline: Timestamp
    ) async throws(RESTError) -> RateLimiter.Permit {
        do throws(RateLimiter.Refusal) {
            return try await limiter.permit(for: route, deadline: deadline, place: place)
        } catch {
            switch error {
            case .cancelled: throw .cancelled
            case .tooLate(let retryAfter): throw .rateLimited(retryAfter: retryAfter)
            }
        }
    }

    private func judge(
        _ response: HTTPResponse, _ answer: RateLimitAnswer, of call: RESTCall, progress: inout Progress
    ) throws(RESTError) -> Attempt {
        progress.mayBeDone = progress.mayBeDone || response.wasSentAgain
        switch response.status {
        case 200..<300:
            return .answered(response)
        case 429:
            progress.refusals += 1
            guard progress.refusals <= retries.maximumRefusals else {
                throw .rateLimited(retryAfter: answer.refusal?.retryAfter ?? .zero)
            }
            return .refused
        case 500...:
            progress.attempts += 1
            progress.mayBeDone = true
            progress.lastResponse = response
            return .failed(.server(status: response.status))
        default:
            let error = DiscordAPIError(response)
            if progress.mayBeDone, call.doneCodes.contains(error.code) { return .answered(response) }
            throw .api(error)
        }
    }

    private static func error(for failure: RetryPolicy.Failure, _ progress: Progress) -> RESTError {
        switch failure {
        case .transport(let error): .transport(error)
        case .server(let status):
            .api(progress.lastResponse.map(DiscordAPIError.init) ?? .init(status: status, code: .general, message: ""))
        }
    }
}
