import Service

/// Keeps requests within Discord's limits.
///
/// A permit is taken before a request and settled with its answer; in between the request counts as sent, so that a slot
/// is never used twice. Waiting requests are served in the order in which they came: within a bucket always, and across
/// buckets when they compete for the limit of the whole bot.
///
///     let permit = try await limiter.permit(for: route, deadline: deadline)
///     let response = try await transport.send(request)
///     await limiter.settle(permit, .answered(RateLimitAnswer(response)))
///
/// - A bucket of which nothing is known has one request in flight until the first answer.
/// - A refused request (429) holds back its own route; a `global` one holds back all but answers to interactions.
/// - Answers to interactions take no part in the limit of the whole bot, and have buckets of their own by token.
/// - Buckets that know nothing that a new one would not know are forgotten.
///
/// Source: Discord documentation, Topics, "Rate Limits".
actor RateLimiter {
    struct Options: Sendable {
        /// Requests per second of the whole bot.
        var globalLimit = 50
        /// A little more than a second, since requests arrive closer together than they were sent.
        var globalPeriod = Duration.milliseconds(1_050)
        /// Of 10,000 allowed; the rest is left to answers to interactions, for which people wait.
        var invalidRequestLimit = 9_000
    }

    /// The right to send one request; must be settled.
    struct Permit: Sendable {
        fileprivate let id: UInt64
        fileprivate let routeKey: RateLimitBucket.Key
        fileprivate let hasHiddenLimit: Bool
        /// The request's place in the order; a repetition of the request takes it again.
        let place: Place
        fileprivate let window: Int
        /// When it was given.
        let grantedAt: Timestamp
        /// How long it was waited for.
        let waited: Duration
    }

    /// A place in the order of requests.
    struct Place: Sendable {
        fileprivate let sequence: UInt64
    }

    /// How a request ended.
    enum Outcome: Sendable {
        case answered(RateLimitAnswer)
        /// No answer, but the server may have counted it.
        case unanswered
        case notSent
    }

    enum Refusal: Error, Equatable {
        case cancelled
        /// No permit before the deadline; one would be free after this time.
        case tooLate(retryAfter: Duration)
    }

    struct Waiter {
        let sequence: UInt64
        let routeKey: RateLimitBucket.Key
        let kind: Route.Kind
        let hasHiddenLimit: Bool
        let deadline: Timestamp
        let since: Timestamp
        let continuation: CheckedContinuation<Result<Permit, Refusal>, Never>
    }

    private let time: any TimeSource
    private let options: Options

    private var buckets: [RateLimitBucket.Key: RateLimitBucket] = [:]
    /// The server's names of limits, by pattern.
    private var names: [String: String] = [:]
    /// Routes that were refused, and until when.
    private var refusedUntil: [RateLimitBucket.Key: Timestamp] = [:]
    private var permits: [UInt64: RateLimitBucket] = [:]
    private var globalWindow: RateWindow
    private var globallyRefusedUntil: Timestamp?
    private var invalidRequests = InvalidRequestLog()

    private var lastSequence: UInt64 = 0
    private var lastPermit: UInt64 = 0
    private var bucketsToSweepAt = 256
    private var alarm: (at: Timestamp, task: Task<Void, Never>)?

    init(time: any TimeSource, options: Options = Options()) {
        self.time = time
        self.options = options
        globalWindow = RateWindow(limit: options.globalLimit, period: options.globalPeriod)
    }

    deinit {
        alarm?.task.cancel()
    }

    /// How many buckets are remembered.
    var bucketCount: Int { buckets.count }
    /// How many requests wait.
    var waiterCount: Int { buckets.values.reduce(0) { $0 + $1.waiters.count } }

    /// Waits until the route may be used.
    ///
    /// - Parameters:
    ///   - deadline: fails as soon as it is known that the wait would last longer.
    ///   - place: that of an earlier permit, if the same request is sent again.
    func permit(
        for route: Route, deadline: Timestamp, place: Place? = nil
    ) async throws(Refusal) -> Permit {
        let sequence = place?.sequence ?? nextSequence()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(
                    sequence: sequence, routeKey: .init(name: route.pattern, major: route.major), kind: route.kind,
                    hasHiddenLimit: route.hasHiddenLimit, deadline: deadline, since: time.now,
                    continuation: continuation)
                if Task.isCancelled {
                    continuation.resume(returning: .failure(.cancelled))
                } else {
                    bucket(of: waiter.routeKey).enqueue([waiter])
                    serve()
                }
            }
        } onCancel: {
            Task { await self.cancel(sequence) }
        }
        return try result.get()
    }

    /// Takes a permit back with what the answer tells.
    func settle(_ permit: Permit, _ outcome: Outcome) {
        guard let bucket = permits.removeValue(forKey: permit.id) else { return }
        switch outcome {
        case .notSent: bucket.giveBack(wasSent: false)
        case .unanswered: bucket.giveBack(wasSent: true)
        case .answered(let answer):
            bucket.giveBack(wasSent: true)
            learn(answer, from: permit, in: bucket)
        }
        serve()
    }

    private func nextSequence() -> UInt64 {
        lastSequence += 1
        return lastSequence
    }

    private func cancel(_ sequence: UInt64) {
        for bucket in buckets.values {
            for waiter in bucket.removeWaiters(where: { $0.sequence == sequence }) {
                waiter.continuation.resume(returning: .failure(.cancelled))
            }
        }
        serve()
    }
}

// MARK: - Learning

extension RateLimiter {
    private func learn(_ answer: RateLimitAnswer, from permit: Permit, in bucket: RateLimitBucket) {
        let now = time.now
        if answer.isInvalidRequest { invalidRequests.note(at: now) }
        if let refusal = answer.refusal { hold(permit.routeKey, refusal, at: now) }
        if let state = answer.bucket {
            let home = home(of: permit.routeKey, named: state.hash)
            // Neither a shared limit nor one that other answers do not tell says how full the bucket is.
            let isOfBucket = answer.refusal.map {
                $0.scope == .user && state.remaining == 0 && !permit.hasHiddenLimit
            }
            if isOfBucket ?? true { home.learn(state, window: permit.window, at: now) }
        } else if (200..<500).contains(answer.status), answer.refusal == nil {
            bucket.learnThatNothingIsLimited()
        }
    }

    private func hold(_ route: RateLimitBucket.Key, _ refusal: RateLimitAnswer.Refusal, at now: Timestamp) {
        let end = now + refusal.retryAfter
        switch refusal.scope {
        case .global: globallyRefusedUntil = max(end, globallyRefusedUntil ?? end)
        case .user, .shared: refusedUntil[route] = max(end, refusedUntil[route] ?? end)
        }
    }

    /// The bucket of the server's name for the route's limit.
    private func home(of route: RateLimitBucket.Key, named name: String) -> RateLimitBucket {
        if names[route.name] != name {
            names[route.name] = name
            moveBuckets(of: route.name, to: name)
        }
        return findBucket(RateLimitBucket.Key(name: name, major: route.major))
    }

    /// Moves a route to its new name: buckets that belong to it alone as they are, with their requests in flight; from
    /// those that it shares, only those who wait for it.
    private func moveBuckets(of pattern: String, to name: String) {
        for (key, bucket) in buckets {
            let newKey = RateLimitBucket.Key(name: name, major: key.major)
            if key.name == pattern, buckets[newKey] == nil {
                buckets[key] = nil
                buckets[newKey] = bucket
            } else if key != newKey {
                let leaving = bucket.removeWaiters { $0.routeKey.name == pattern }
                if !leaving.isEmpty { findBucket(newKey).enqueue(leaving) }
            }
        }
    }

    private func bucket(of route: RateLimitBucket.Key) -> RateLimitBucket {
        findBucket(RateLimitBucket.Key(name: names[route.name] ?? route.name, major: route.major))
    }

    private func findBucket(_ key: RateLimitBucket.Key) -> RateLimitBucket {
        if let bucket = buckets[key] { return bucket }
        sweep()
        let bucket = RateLimitBucket()
        buckets[key] = bucket
        return bucket
    }

    private func sweep() {
        guard buckets.count >= bucketsToSweepAt else { return }
        let now = time.now
        // A bucket whose permit is not settled yet is not idle; so nobody holds on to one that is forgotten here.
        buckets = buckets.filter { !$0.value.isIdle(at: now) }
        refusedUntil = refusedUntil.filter { $0.value > now }
        bucketsToSweepAt = max(256, 2 * buckets.count)
    }
}

// MARK: - Serving

extension RateLimiter {
    /// Gives permits to all who may have one now, refuses those who would wait too long, and sets the alarm for the rest.
    private func serve() {
        let now = time.now
        invalidRequests.forget(before: now)
        refuseLate(at: now)
        while let (bucket, waiter) = nextToServe(at: now) {
            _ = bucket.removeWaiters { $0.sequence == waiter.sequence }
            grant(waiter, from: bucket, at: now)
        }
        setAlarm(at: now)
    }

    private func grant(_ waiter: Waiter, from bucket: RateLimitBucket, at now: Timestamp) {
        bucket.take(at: now)
        if waiter.kind == .bot { globalWindow.note(now) }
        lastPermit += 1
        permits[lastPermit] = bucket
        let permit = Permit(
            id: lastPermit, routeKey: waiter.routeKey, hasHiddenLimit: waiter.hasHiddenLimit,
            place: Place(sequence: waiter.sequence), window: bucket.window, grantedAt: now,
            waited: now - waiter.since)
        waiter.continuation.resume(returning: .success(permit))
    }

    private func nextToServe(at now: Timestamp) -> (RateLimitBucket, Waiter)? {
        var next: (RateLimitBucket, Waiter)?
        for bucket in buckets.values where !bucket.waiters.isEmpty && bucket.readiness(at: now) == .now {
            let waiter = bucket.waiters.first { isServable($0, at: now) }
            if let waiter, waiter.sequence < next?.1.sequence ?? .max { next = (bucket, waiter) }
        }
        return next
    }

    private func isServable(_ waiter: Waiter, at now: Timestamp) -> Bool {
        [refusalEnd(of: waiter), waiter.kind == .bot ? globalWindow.freeAt : nil].allSatisfy { ($0 ?? now) <= now }
    }

    /// Until when the waiter is held back for other reasons than those of its bucket and of the bot's rate.
    private func refusalEnd(of waiter: Waiter) -> Timestamp? {
        var ends = [refusedUntil[waiter.routeKey]]
        if waiter.kind == .bot {
            ends.append(globallyRefusedUntil)
            if invalidRequests.total >= options.invalidRequestLimit { ends.append(invalidRequests.nextRelief) }
        }
        return ends.compactMap(\.self).max()
    }

    /// The earliest time at which the waiter can be served, as far as that is known now; nil if nothing speaks
    /// against now.
    private func earliestTime(of waiter: Waiter, in bucket: RateLimitBucket, at now: Timestamp) -> Timestamp? {
        guard case .at(let time) = bucket.readiness(at: now) else { return refusalEnd(of: waiter) }
        return max(time, refusalEnd(of: waiter) ?? time)
    }

    private func refuseLate(at now: Timestamp) {
        for bucket in buckets.values where !bucket.waiters.isEmpty {
            let late = bucket.removeWaiters { waiter in
                waiter.deadline < earliestTime(of: waiter, in: bucket, at: now) ?? now || waiter.deadline <= now
            }
            for waiter in late {
                let free = earliestTime(of: waiter, in: bucket, at: now) ?? now
                waiter.continuation.resume(returning: .failure(.tooLate(retryAfter: max(.zero, free - now))))
            }
        }
    }

    private func setAlarm(at now: Timestamp) {
        var earliest: Timestamp?
        for bucket in buckets.values {
            for waiter in bucket.waiters {
                var times = [waiter.deadline, earliestTime(of: waiter, in: bucket, at: now) ?? waiter.deadline]
                if waiter.kind == .bot, let free = globalWindow.freeAt { times.append(free) }
                for time in times where time > now { earliest = min(earliest ?? time, time) }
            }
        }
        guard earliest != alarm?.at else { return }
        alarm?.task.cancel()
        alarm = earliest.map { at in
            let time = time
            return (
                at,
                Task { [weak self] in
                    do {
                        try await time.sleep(until: at)
                    } catch {
                        // Another alarm was set instead.
                        return
                    }
                    await self?.ring(at)
                }
            )
        }
    }

    private func ring(_ at: Timestamp) {
        if alarm?.at == at { alarm = nil }
        serve()
    }
}
