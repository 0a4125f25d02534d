import CCurl
import Glibc

/// One exchange in the hands of libcurl: an easy handle, what it points to, and what has come so far.
///
/// Lives on the loop's thread: made, fed by libcurl's callbacks and ended there.
final class Transfer {
    /// More header bytes than this are an attack or a mistake.
    static let maximumHeaderBytes = 256 << 10

    let handle: UnsafeMutableRawPointer
    let submission: CurlLoop.Submission
    var request: HTTPRequest { submission.request }
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private let errorBuffer: UnsafeMutablePointer<CChar>

    private var headers = HTTPHeaders()
    private var headerBytes = 0
    private var headersAreComplete = false
    private var body: [UInt8] = []
    private var attempts = 0
    private var refusal: HTTPError?

    /// - Throws: if the request cannot be sent as it is.
    init(_ submission: CurlLoop.Submission, options: HTTPClient.Options) throws(HTTPError) {
        guard let handle = curl_easy_init() else { throw .connectionFailed("out of memory") }
        self.handle = handle
        self.submission = submission
        errorBuffer = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorBuffer.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        do {
            try configure(options)
            try setHeadersAndBody(options)
            try setCallbacks()
        } catch let error as HTTPError {
            throw error
        } catch {
            throw .invalidRequest("\(error)")
        }
    }

    deinit {
        curl_easy_cleanup(handle)
        curl_slist_free_all(headerList)
        errorBuffer.deallocate()
    }

    /// Whether bytes of the request may have left this process.
    var requestSent: Bool { attempts > 0 }

    /// What the caller gets now that libcurl is done with the handle.
    func outcome(_ code: CURLcode) -> Result<HTTPResponse, HTTPError> {
        if let refusal { return .failure(refusal) }
        let detail = String(cString: errorBuffer)
        if let error = CurlStatus.error(for: code, detail: detail, requestSent: requestSent) { return .failure(error) }
        return .success(
            HTTPResponse(
                status: status, headers: headers, body: body, version: version, timings: timings,
                wasSentAgain: attempts > 1))
    }

    var timings: HTTPTimings {
        func time(_ info: CURLINFO) -> Duration {
            var microseconds: curl_off_t = 0
            return curl_easy_get_offset(handle, info, &microseconds) == CURLE_OK ? .microseconds(microseconds) : .zero
        }
        return HTTPTimings(
            nameLookup: time(CURLINFO_NAMELOOKUP_TIME_T),
            connect: time(CURLINFO_CONNECT_TIME_T),
            tls: time(CURLINFO_APPCONNECT_TIME_T),
            firstByte: time(CURLINFO_STARTTRANSFER_TIME_T),
            total: time(CURLINFO_TOTAL_TIME_T),
            reusedConnection: requestSent && number(CURLINFO_NUM_CONNECTS) == 0
        )
    }

    private var status: Int { number(CURLINFO_RESPONSE_CODE) }

    private var version: HTTPVersion {
        switch number(CURLINFO_HTTP_VERSION) {
        case CURL_HTTP_VERSION_1_0: .http1_0
        case CURL_HTTP_VERSION_2_0: .http2
        case CURL_HTTP_VERSION_3: .http3
        default: .http1_1
        }
    }

    private func number(_ info: CURLINFO) -> Int {
        var value = 0
        return curl_easy_get_long(handle, info, &value) == CURLE_OK ? value : 0
    }
}

// MARK: - What is told to libcurl

extension Transfer {
    private func set(_ option: CURLoption, _ value: Int) throws(CurlSetupError) {
        try CurlStatus.check(curl_easy_set_long(handle, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(CurlSetupError) {
        try CurlStatus.check(curl_easy_set_text(handle, option, value))
    }

    private func configure(_ options: HTTPClient.Options) throws {
        try Self.checkAddress(request.url)
        try set(CURLOPT_URL, request.url)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        try set(CURLOPT_FOLLOWLOCATION, 0)
        // The environment names no proxy for us: what a client does depends on its options alone.
        try set(CURLOPT_PROXY, "")
        try set(CURLOPT_NOSIGNAL, 1)
        // Without it, removing a handle whose name is being resolved waits for the resolver's thread.
        try set(CURLOPT_QUICK_EXIT, 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.milliseconds)
        try set(CURLOPT_TCP_KEEPALIVE, 1)
        try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_2TLS)
        // A burst of requests to one host shares the first HTTP/2 connection rather than opening one each.
        try set(CURLOPT_PIPEWAIT, 1)
        try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let caFile = options.caFile { try set(CURLOPT_CAINFO, caFile) }
        if request.acceptsCompression { try set(CURLOPT_ACCEPT_ENCODING, "") }
        try CurlStatus.check(curl_easy_set_bytes(handle, CURLOPT_ERRORBUFFER, errorBuffer))
    }

    private static func checkAddress(_ url: String) throws(HTTPError) {
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", url.dropFirst(scheme.count).hasPrefix("://") else {
            throw .invalidRequest("only http and https addresses are fetched")
        }
        guard url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .invalidRequest("the address holds characters that must be percent-encoded")
        }
    }

    private func setHeadersAndBody(_ options: HTTPClient.Options) throws {
        var fields = request.headers
        if fields["User-Agent"] == nil { fields["User-Agent"] = options.userAgent }
        var content: [UInt8]?
        switch request.body {
        case .none:
            content = request.method == .get || request.method == .head || request.method == .delete ? nil : []
        case .bytes(let bytes, let contentType):
            content = bytes
            if fields["Content-Type"] == nil { fields["Content-Type"] = contentType }
        case .multipart(let parts):
            let boundary = MultipartForm.makeBoundary()
            content = MultipartForm.encode(parts, boundary: boundary)
            fields["Content-Type"] = MultipartForm.contentType(boundary: boundary)
        }
        if let content {
            try set(CURLOPT_POST, 1)
            try CurlStatus.check(
                curl_easy_set_offset(handle, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(content.count)))
            try CurlStatus.check(
                content.withUnsafeBytes {
                    curl_easy_set_bytes(handle, CURLOPT_COPYPOSTFIELDS, $0.baseAddress ?? .empty)
                })
        }
        switch request.method {
        case .head: try set(CURLOPT_NOBODY, 1)
        case .get where content == nil, .post: break
        default: try set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        }
        for field in fields { try append(field) }
        // libcurl would add its own: a wait for `100 Continue` before long bodies, and a type for empty ones.
        try append(line: "Expect:")
        if content != nil, fields["Content-Type"] == nil { try append(line: "Content-Type:") }
        try CurlStatus.check(curl_easy_set_list(handle, CURLOPT_HTTPHEADER, headerList))
    }

    private func append(_ field: HTTPHeaders.Field) throws {
        guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isTokenByte) else {
            throw HTTPError.invalidRequest("bad header name")
        }
        guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw HTTPError.invalidRequest("header \(field.name) holds control characters")
        }
        // `Name:` would tell libcurl to leave the header away; with a semicolon it is sent empty.
        try append(line: field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
    }

    private func append(line: String) throws {
        guard let longer = curl_slist_append(headerList, line) else {
            throw HTTPError.connectionFailed("out of memory")
        }
        headerList = longer
    }

    /// RFC 9110, section 5.6.2.
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

// MARK: - What libcurl tells

extension Transfer {
    private func setCallbacks() throws(CurlSetupError) {
        // The loop keeps the transfer alive as long as libcurl has its handle.
        let context = Unmanaged.passUnretained(self).toOpaque()
        for option in [
            CURLOPT_PRIVATE, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_PREREQDATA, CURLOPT_OPENSOCKETDATA,
        ] {
            try CurlStatus.check(curl_easy_set_pointer(handle, option, context))
        }
        try CurlStatus.check(
            curl_easy_set_write_function(handle, CURLOPT_WRITEFUNCTION) { pointer, size, count, context in
                guard let pointer, let transfer = Transfer.from(context) else { return 0 }
                return transfer.receiveBody(UnsafeRawBufferPointer(start: pointer, count: size * count))
            })
        try CurlStatus.check(
            curl_easy_set_write_function(handle, CURLOPT_HEADERFUNCTION) { pointer, size, count, context in
                guard let pointer, let transfer = Transfer.from(context) else { return 0 }
                return transfer.receiveHeader(UnsafeRawBufferPointer(start: pointer, count: size * count))
            })
        try CurlStatus.check(
            curl_easy_set_before_request_function(handle) { context, address, _, _, _ in
                guard let address, let transfer = Transfer.from(context) else { return CURL_PREREQFUNC_ABORT }
                return transfer.isAllowedToSend(to: String(cString: address))
                    ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
            })
        try CurlStatus.check(
            curl_easy_set_open_socket_function(handle) { context, _, address in
                guard let address, let transfer = Transfer.from(context) else { return CURL_SOCKET_BAD }
                return transfer.openSocket(to: address)
            })
    }

    static func from(_ context: UnsafeMutableRawPointer?) -> Transfer? {
        context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Any other count than that of the given bytes ends the transfer.
    private func receiveBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard bytes.count <= request.maximumResponseBytes - body.count else {
            refusal = .responseTooLarge(limit: request.maximumResponseBytes)
            return -1
        }
        if body.isEmpty, let announced = headers["Content-Length"].flatMap({ Int($0) }), announced > 0 {
            body.reserveCapacity(min(announced, request.maximumResponseBytes, 1 << 20))
        }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func receiveHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        headerBytes += bytes.count
        guard headerBytes <= Self.maximumHeaderBytes else {
            refusal = .responseTooLarge(limit: Self.maximumHeaderBytes)
            return -1
        }
        let line = String(decoding: bytes, as: UTF8.self)
        if line.hasPrefix("HTTP/") {
            // Also after an informational response: only the last header section is the response's.
            headers.removeAll()
            headersAreComplete = false
        } else if !headersAreComplete {
            let name = line.utf8.prefix { $0 != UInt8(ascii: ":") }
            if name.count < line.utf8.count {
                let value = line[name.endIndex...].dropFirst()
                headers.add(name: String(Substring(name)), value: String(value.trimmingWhitespace))
            } else {
                headersAreComplete = true
            }
        }
        return bytes.count
    }

    /// Called when a connection is ready, new or used again, before the first byte of the request.
    private func isAllowedToSend(to address: String) -> Bool {
        if request.connectionPolicy == .publicAddressesOnly, IPAddress(address)?.isPublic != true {
            refusal = .forbiddenAddress(address)
            return false
        }
        // When a kept connection dies without an answer libcurl sends again on a new one, whatever the method; but the
        // server may have done what was asked.
        if attempts > 0, !request.method.isIdempotent {
            refusal = .connectionLost("closed without an answer", requestSent: true)
            return false
        }
        attempts += 1
        // A forbidden address of the same name may have been tried at the same time; it is not the one that is used.
        refusal = nil
        return true
    }

    private func openSocket(to address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        if request.connectionPolicy == .publicAddressesOnly, let pointer = curl_sockaddr_address(address) {
            let target = IPAddress(socketAddress: pointer, length: Int(address.pointee.addrlen))
            guard let target, target.isPublic else {
                refusal = .forbiddenAddress(target.map { "\($0)" } ?? "of unknown family")
                return CURL_SOCKET_BAD
            }
            // A name with addresses of both kinds: the public one counts.
            refusal = nil
        }
        return socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
    }
}

extension Substring {
    fileprivate var trimmingWhitespace: Substring {
        func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" || character.isNewline }
        let start = drop(while: isBlank)
        guard let last = start.lastIndex(where: { !isBlank($0) }) else { return start.prefix(0) }
        return start[...last]
    }
}

extension UnsafeRawPointer {
    /// Something to point at for zero bytes, where nil would mean 'read from a callback'.
    fileprivate static var empty: UnsafeRawPointer? { UnsafeRawPointer(bitPattern: 1) }
}

extension Duration {
    /// Whole milliseconds, rounded up and at least one, since zero means 'default' or 'never' to libcurl.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        let limit = Int64(Int32.max)
        guard seconds < limit / 1000 else { return Int(limit) }
        return max(1, Int(seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000))
    }
}
