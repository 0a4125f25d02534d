import Discord

/// Errors in the words of log lines.
public enum ErrorText {
    /// The reason of a failure on one line: Discord's errors by name, status and code, others by type and text.
    ///
    /// Source: runtime chapter, section 10.3.
    public static func reason(_ error: any Error) -> String {
        let text: String
        if let error = (error as? RESTError)?.api {
            let name = names[error.code.rawValue] ?? "DiscordAPIError"
            text =
                "\(name) (\(error.status)/\(error.code.rawValue))" + (error.message.isEmpty ? "" : ": \(error.message)")
        } else {
            text = "\(type(of: error)): \(error)"
        }
        return text.collapsingWhitespace()
    }

    private static let names = [
        50001: "Missing Access", 50013: "Missing Permissions", 50035: "Invalid Form Body",
        50073: "Cannot Send Messages to This User", 50083: "Webhooks Rate Limited",
    ]
}
