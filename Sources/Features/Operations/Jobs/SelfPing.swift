public import Configuration
public import HTTPClient
public import Service

/// Asks the program's own keepalive route again and again, so that the hosting platform does not put it to sleep.
///
/// Source: runtime chapter, section 8.1.
public actor SelfPing {
    /// What is asked, and how often.
    struct Target: Sendable, Hashable {
        var url: String
        var interval: Int

        init(_ registry: Registry, port: Int) {
            let route = registry.keepalivePath
            if let url = registry[\.jobs.keepaliveURL] {
                self.url = url
            } else if let base = registry[\.media.externalURL] {
                url = (base.hasSuffix("/") ? String(base.dropLast()) : base) + route
            } else {
                url = "http://127.0.0.1:\(port)\(route)"
            }
            interval = registry[\.jobs.keepaliveInterval]
        }
    }

    private static let timeout = Duration.seconds(10)

    private let transport: any HTTPTransport
    private let logger: Logger
    private let calendar: any TimeSource
    private let delay: @Sendable (ClosedRange<Int>) -> Int
    private var target: Target?
    private var port = 0
    private var loop: Task<Void, Never>?
    /// When the next ping is due.
    public private(set) var next: Timestamp?

    /// A loop that does not run yet.
    /// - Parameter delay: picks a number of seconds between pings on top of the interval.
    public init(
        transport: any HTTPTransport, logger: Logger, calendar: any TimeSource,
        delay: @escaping @Sendable (ClosedRange<Int>) -> Int = { Int.random(in: $0) }
    ) {
        self.transport = transport
        self.logger = logger
        self.calendar = calendar
        self.delay = delay
    }

    /// Starts the loop; starts it again if address or interval are others than before, else changes nothing.
    public func start(_ registry: Registry, port: Int) {
        let wanted = Target(registry, port: port)
        guard loop == nil || wanted != target else { return }
        loop?.cancel()
        target = wanted
        self.port = port
        logger.info("keepalive:task_started • url=\(wanted.url) • interval=\(wanted.interval)s")
        loop = Task { await self.run(wanted) }
    }

    /// Starts the loop again if the settings name another address or interval by now; one that does not run is left so.
    public func replan(_ registry: Registry) {
        if loop != nil { start(registry, port: port) }
    }

    /// Ends the loop.
    public func stop() async {
        loop?.cancel()
        await loop?.value
        loop = nil
    }

    private func run(_ target: Target) async {
        while !Task.isCancelled {
            await ping(target)
            let wait = Duration.seconds(target.interval + delay(0...target.interval / 10))
            next = calendar.now + wait
            guard (try? await calendar.sleep(for: wait)) != nil else { return }
        }
    }

    private func ping(_ target: Target) async {
        do {
            let response = try await transport.send(HTTPRequest(.get, target.url, deadline: Self.timeout))
            if (200..<300).contains(response.status) {
                logger.info("keepalive:ping_ok • status=\(response.status)")
            } else {
                logger.warning("keepalive:ping_fail • status=\(response.status)")
            }
        } catch {
            if !Task.isCancelled { logger.warning("keepalive:ping_fail • reason=\(error)") }
        }
    }
}
