import CCurl

/// libcurl could not be set up; what happens to a transfer is an ``HTTPError`` instead.
struct CurlSetupError: Error, CustomStringConvertible {
    var description: String
}

/// The one place where return codes of libcurl's set-up calls are looked at.
enum CurlStatus {
    static func check(_ code: CURLcode) throws(CurlSetupError) {
        guard code == CURLE_OK else { throw CurlSetupError(description: description(of: code)) }
    }

    static func check(_ code: CURLMcode) throws(CurlSetupError) {
        guard code == CURLM_OK else {
            throw CurlSetupError(description: curl_multi_strerror(code).map { String(cString: $0) } ?? "libcurl")
        }
    }

    static func description(of code: CURLcode) -> String {
        curl_easy_strerror(code).map { String(cString: $0) } ?? "libcurl error \(code.rawValue)"
    }

    /// What the end of a transfer means to the caller; nil is success.
    ///
    /// - Parameter requestSent: whether the transfer came so far that bytes of the request may have left.
    static func error(for code: CURLcode, detail: String, requestSent: Bool) -> HTTPError? {
        let reason = detail.isEmpty ? description(of: code) : detail
        switch code {
        case CURLE_OK:
            return nil
        case CURLE_OPERATION_TIMEDOUT:
            return .timedOut(requestSent: requestSent)
        // Whatever the code, what happens from here on is the fault of the server or of the way there.
        case _ where requestSent:
            return .connectionLost(reason, requestSent: true)
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_LOGIN_DENIED:
            return .invalidRequest(reason)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_ENGINE_INITFAILED:
            return .tls(reason)
        default:
            return .connectionFailed(reason)
        }
    }
}
