import CCurl
import Glibc

/// The transfers in flight, on the loop's thread.
final class TransferTable {
    private let multi: UnsafeMutableRawPointer?
    private let options: HTTPClient.Options
    private var transfers: [UInt64: Transfer] = [:]
    /// No transfer has an earlier deadline; there may be none with exactly this one.
    private var earliestDeadline: ContinuousClock.Instant?

    init(multi: UnsafeMutableRawPointer?, options: HTTPClient.Options) {
        self.multi = multi
        self.options = options
        let limits = [
            (CURLMOPT_MAX_HOST_CONNECTIONS, options.maximumConnectionsPerHost),
            (CURLMOPT_MAXCONNECTS, options.maximumIdleConnections),
        ]
        for (option, value) in limits {
            // Both take any number and cannot fail on a live handle.
            _ = curl_multi_set_long(multi, option, value)
        }
    }

    func start(_ submission: CurlLoop.Submission) {
        do {
            let transfer = try Transfer(submission, options: options)
            try CurlStatus.check(curl_multi_add_handle(multi, transfer.handle))
            transfers[submission.id] = transfer
            earliestDeadline = min(earliestDeadline ?? submission.deadline, submission.deadline)
        } catch let error as HTTPError {
            submission.continuation.resume(returning: .failure(error))
        } catch {
            submission.continuation.resume(returning: .failure(.connectionFailed("\(error)")))
        }
    }

    /// Takes a transfer out of libcurl's hands, which closes its connection if the exchange was not complete, and
    /// tells the caller. Does nothing for a transfer that has ended.
    func end(_ id: UInt64, _ result: Result<HTTPResponse, HTTPError>) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        let timings = transfer.timings
        // Fails only for handles that are none.
        _ = curl_multi_remove_handle(multi, transfer.handle)
        transfer.submission.continuation.resume(returning: result)
        options.observer?(HTTPExchange(transfer.request, result, timings: timings))
    }

    func endAll(_ error: HTTPError) {
        for id in transfers.keys { end(id, .failure(error)) }
    }

    /// Lets libcurl do what can be done now, ends what is done or too late, then waits for something to happen.
    func advance() {
        do {
            var running: Int32 = 0
            try CurlStatus.check(curl_multi_perform(multi, &running))
            endFinished()
            endLate()
            try CurlStatus.check(curl_multi_poll(multi, nil, 0, Int32(clamping: timeToWait.milliseconds), nil))
        } catch {
            // Out of memory or descriptors: those in flight learn of it, and the next ones may find it better.
            for (id, transfer) in transfers {
                end(id, .failure(.connectionLost("\(error)", requestSent: transfer.requestSent)))
            }
            usleep(50_000)
        }
    }

    private func endFinished() {
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(multi, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            // The message is gone once its handle is removed.
            let code = curl_message_result(message)
            var context: UnsafeMutableRawPointer?
            let isKnown = curl_easy_get_pointer(message.pointee.easy_handle, CURLINFO_PRIVATE, &context) == CURLE_OK
            guard isKnown, let transfer = Transfer.from(context) else { continue }
            end(transfer.submission.id, transfer.outcome(code))
        }
    }

    private func endLate() {
        let now = ContinuousClock.now
        guard let earliestDeadline, earliestDeadline <= now else { return }
        for (id, transfer) in transfers where transfer.submission.deadline <= now {
            end(id, .failure(.timedOut(requestSent: transfer.requestSent)))
        }
        self.earliestDeadline = transfers.values.map(\.submission.deadline).min()
    }

    private var timeToWait: Duration {
        guard let earliestDeadline else { return .seconds(60) }
        return min(.seconds(60), max(.zero, earliestDeadline - ContinuousClock.now))
    }
}

extension HTTPExchange {
    fileprivate init(_ request: HTTPRequest, _ result: Result<HTTPResponse, HTTPError>, timings: HTTPTimings) {
        method = request.method
        host = Self.authority(of: request.url)
        self.timings = timings
        switch result {
        case .success(let response): (status, error) = (response.status, nil)
        case .failure(let failure): (status, error) = (nil, failure)
        }
    }

    private static func authority(of url: String) -> String {
        let bytes = Array(url.utf8)
        let start = bytes.firstIndex(of: UInt8(ascii: ":")).map { $0 + 3 } ?? 0
        return String(decoding: bytes.dropFirst(start).prefix { !"/?#".utf8.contains($0) }, as: UTF8.self)
    }
}
