import Service

@testable import woadkeeper

/// Whether the long forms of the load tests run, and how long. Set by `make soak`.
enum Soak {
    private static let environment = RunCommand.processEnvironment()

    /// Whether the long forms run.
    static let isLong = environment["WOADKEEPER_SOAK"] == "1"

    /// How long traffic goes on in the long form.
    static let duration = Duration.seconds(60 * (environment["WOADKEEPER_SOAK_MINUTES"].flatMap { Int($0) } ?? 60))
}
