import Service

extension Benchmark {
    /// How long after its slot work begins, for 200 pieces of work that are due in each of three seconds. The reference is
    /// a bare sleep of the same clock until the same instant.
    static let schedulerDrift = Benchmark("scheduler") {
        let (calendar, jobs, seconds) = (CalendarTime(), 200, 3)
        let scheduler = Scheduler(calendar: calendar)
        let delays = Awaitable<[Double]>([])
        for number in 0..<jobs {
            await scheduler.add("job \(number)", schedule: { .every(.seconds(1)) }) { slot in
                let delay = (calendar.now - slot).inMilliseconds
                delays.withLock { $0.append(delay) }
            }
        }
        await delays.until { $0.count >= jobs * seconds }
        await scheduler.stop()
        let own = delays.withLock { $0 }

        var bare: [Double] = []
        for _ in 0..<seconds {
            let slot = Timestamp(milliseconds: (calendar.now.milliseconds / 1000 + 1) * 1000)
            try await calendar.sleep(until: slot)
            bare.append((calendar.now - slot).inMilliseconds)
        }
        return [0.5, 0.99].map { share in
            Measurement(
                "scheduler.drift.p\(Int(share * 100))", own.quantile(share), "ms",
                against: .init(name: "bare sleep", figure: bare.quantile(0.5)))
        }
    }
}
