import HTTPClient
public import JSON

// Source: Discord documentation, Gateway, "Get Gateway Bot".
extension RESTClient {
    /// Where to open the gateway, and how many sessions are left for the day.
    public func gatewayInfo(_ options: CallOptions = .standard) async throws(RESTError) -> GatewayInfo {
        try await fetch(RESTCall(Route(.get, "gateway", "bot"), options))
    }

    /// A file of Discord's CDN, such as an emoji's image.
    /// - Parameter path: below the CDN's address, with a leading slash.
    public func cdnFile(_ path: String, _ options: CallOptions = .standard) async throws(RESTError) -> [UInt8] {
        var request = HTTPRequest(.get, "\(configuration.cdn)\(path)")
        request.deadline = options.deadline ?? .seconds(15)
        request.headers["User-Agent"] = configuration.userAgent
        request.connectionPolicy = configuration.cdn.isLoopback ? .any : .publicAddressesOnly
        let response: HTTPResponse
        do throws(HTTPError) {
            response = try await transport.send(request)
        } catch {
            throw error == .cancelled ? .cancelled : .transport(error)
        }
        guard response.status == 200 else {
            throw .api(DiscordAPIError(status: response.status, code: .general, message: "CDN"))
        }
        return response.body
    }
}

extension GatewayInfo: JSONDecodable {
    /// Reads what Discord answered.
    public init(_ json: JSONView) throws(DecodingFailure) {
        guard let url = json["url"]?.string else { throw DecodingFailure(path: "url") }
        let limit = json["session_start_limit"]
        self.init(
            url: url, shards: json["shards"]?.int ?? 1, sessionStartTotal: limit?["total"]?.int ?? 1000,
            sessionStartRemaining: limit?["remaining"]?.int ?? 1000,
            sessionStartResetAfter: .milliseconds(limit?["reset_after"]?.int ?? 0))
    }
}
