public import Bot
public import Configuration
import Discord
public import HTTPClient
public import Imaging
public import Service
import WebServer

/// `GET /emoji-pad`: a Discord emoji, trimmed and centred, so that thumbnails look uniform.
///
/// The given address must be Discord's own; the file is fetched from the CDN in force, from public addresses only, with
/// limits on size, pixels, time and parallel work. Source: runtime chapter, section 6.6 and item B30.
public struct EmojiPad: Feature {
    public let name = "emoji_pad"
    public let gate = Gate.always

    public var routes: [HTTPRoute] {
        [HTTPRoute("/emoji-pad", access: .anyone) { request in await answer(request) }]
    }

    private static let hosts: Set<String> = ["cdn.discordapp.com", "media.discordapp.net"]
    private static let patience = Duration.seconds(8)

    private let transport: any HTTPTransport
    private let imaging: ImageProcessor
    private let registry: @Sendable () -> Registry
    private let logger: Logger
    private let cache: EmojiPadCache
    private let slots: Slots

    /// Creates the route.
    /// - Parameter time: transport time, for the wait for a free slot.
    public init(
        transport: any HTTPTransport, imaging: ImageProcessor, registry: @escaping @Sendable () -> Registry,
        time: any TimeSource, logger: Logger
    ) {
        self.transport = transport
        self.imaging = imaging
        self.registry = registry
        self.logger = logger.named("c1c.web.routes")
        self.cache = EmojiPadCache()
        self.slots = Slots(count: 4, time: time)
    }

    private func answer(_ request: WebRequest) async -> WebResponse {
        let registry = registry()
        guard let address = request.queryValue("u"), !address.isEmpty else { return .text("missing u", status: 400) }
        guard let path = Self.path(of: address) else { return .text("invalid source host", status: 400) }
        let size = request.queryValue("s").flatMap { Int($0) } ?? registry[\.media.emojiPadSize]
        let box = request.queryValue("box").flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
        let job = EmojiPadCache.Key(
            path: path, size: min(max(size, 64), 512), box: min(max(box ?? registry[\.media.emojiPadBox], 0.2), 0.95))
        if let bytes = await cache[job] { return Self.image(bytes) }
        guard await slots.acquire(patience: Self.patience) else { return .text("busy", status: 503) }
        let answer = await make(job, registry)
        await slots.release()
        return answer
    }

    private func make(_ job: EmojiPadCache.Key, _ registry: Registry) async -> WebResponse {
        let base = registry[\.core.cdnBaseURL]
        let limit = registry[\.media.emojiMaxBytes]
        do {
            var request = HTTPRequest(.get, base + job.path)
            request.headers["User-Agent"] = "Woadkeeper/\(registry[\.core.botVersion]) (emoji-pad)"
            request.deadline = Self.patience
            request.maximumResponseBytes = limit
            // A simulated CDN on this machine is a setting of the operator's; every other host must be a public one.
            request.connectionPolicy = BaseURL(base)?.isLoopback == true ? .any : .publicAddressesOnly
            let response = try await transport.send(request)
            guard response.status == 200 else { return .text("upstream error", status: 502) }
            guard response.headers["Content-Type"]?.contains("image") == true else { return Self.unsupported }
            let bytes = try await imaging.crest(from: response.body, edge: job.size, box: job.box)
            await cache.store(bytes, for: job)
            return Self.image(bytes)
        } catch let error as HTTPError {
            switch error {
            case .timedOut: return .text("timeout", status: 504)
            case .responseTooLarge: return .text("image too large", status: 413)
            default: return .text("upstream error", status: 502)
            }
        } catch ImagingError.tooLarge {
            return .text("image too large", status: 413)
        } catch is ImagingError {
            return Self.unsupported
        } catch {
            logger.error("/emoji-pad processing error", error: error)
            return .text("internal error", status: 500)
        }
    }

    private static let unsupported = WebResponse.text("unsupported media type", status: 415)

    private static func image(_ bytes: [UInt8]) -> WebResponse {
        var response = WebResponse.bytes(bytes, contentType: "image/png")
        response.headers.append((name: "Cache-Control", value: "public, max-age=86400"))
        return response
    }

    /// Path and query of an address on one of Discord's image hosts; nil for every other address, also for one with
    /// another scheme or port, with user information, or with a path that climbs.
    static func path(of address: String) -> String? {
        let scheme = "https://"
        guard address.hasPrefix(scheme) else { return nil }
        let rest = address.dropFirst(scheme.count)
        let authority = rest.prefix { !"/?#".contains($0) }
        let host = authority.hasSuffix(":443") ? authority.dropLast(4) : authority
        guard hosts.contains(String(host)) else { return nil }
        let path = rest[authority.endIndex...].prefix { $0 != "#" }
        guard path.hasPrefix("/"), path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let segments = path.prefix { $0 != "?" }.lowercased().replacing("%2e", with: ".").split(separator: "/")
        return segments.contains(".") || segments.contains("..") ? nil : String(path)
    }
}

/// Finished images of the proxy, the oldest forgotten first. Bounded by bytes, for who asks decides how large they are.
actor EmojiPadCache {
    struct Key: Hashable, Sendable {
        var path: String
        var size: Int
        var box: Double
    }

    private let capacity: Int
    private var images: [Key: [UInt8]] = [:]
    private var order: [Key] = []
    private(set) var byteCount = 0

    /// - Parameter capacity: how many bytes of images are kept at most.
    init(capacity: Int = 16 << 20) {
        self.capacity = capacity
    }

    subscript(_ key: Key) -> [UInt8]? { images[key] }

    func store(_ bytes: [UInt8], for key: Key) {
        if let replaced = images.updateValue(bytes, forKey: key) {
            byteCount -= replaced.count
        } else {
            order.append(key)
        }
        byteCount += bytes.count
        while byteCount > capacity { byteCount -= images.removeValue(forKey: order.removeFirst())?.count ?? 0 }
    }
}

/// A fixed number of places for parallel work; who finds none free waits in order, for a while.
actor Slots {
    private struct Waiter {
        var id: Int
        var continuation: CheckedContinuation<Bool, Never>
    }

    private var free: Int
    private var waiting: [Waiter] = []
    private var nextID = 0
    private let time: any TimeSource

    init(count: Int, time: any TimeSource) {
        free = count
        self.time = time
    }

    /// Takes a place; false if none came free within `patience`, or the caller was cancelled while it waited.
    func acquire(patience: Duration) async -> Bool {
        if free > 0 {
            free -= 1
            return true
        }
        let id = nextID
        nextID += 1
        let timer = Task {
            try await time.sleep(for: patience)
            giveUp(id)
        }
        defer { timer.cancel() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiting.append(Waiter(id: id, continuation: $0)) }
        } onCancel: {
            Task { await giveUp(id) }
        }
    }

    /// Gives a place back, to the first who waits.
    func release() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().continuation.resume(returning: true) }
    }

    private func giveUp(_ id: Int) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).continuation.resume(returning: false)
    }
}
