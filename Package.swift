// swift-tools-version: 6.1
import PackageDescription

// Strictness is decided here once, for every target.
let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A Swift target whose folder lies on a floor of `Sources/`; see docs/architecture.md.
func target(_ name: String, on floor: String, uses dependencies: [String] = [], resources: [Resource] = []) -> Target {
    .target(
        name: name,
        dependencies: dependencies.map { .init(stringLiteral: $0) },
        path: "Sources/\(floor)/\(name)",
        resources: resources,
        swiftSettings: settings
    )
}

/// A Debian library: a module map and at most a few inline shims.
func systemLibrary(_ name: String, package: String) -> Target {
    .systemLibrary(name: name, path: "Sources/CLibraries/\(name)", providers: [.apt([package])])
}

func tests(of name: String, uses dependencies: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: ([name] + dependencies).map { .init(stringLiteral: $0) },
        path: "Tests/\(name)",
        swiftSettings: settings
    )
}

/// How the program and its benchmarks are linked for release: relative relocations packed (24 bytes each become less than
/// one), and the functions kept to themselves that gold would export by name. Both are read at each start and then stay
/// in memory; see docs/benchmarks.md.
let release: [LinkerSetting] = [
    .unsafeFlags(
        ["-use-ld=lld"] + ["-z", "pack-relative-relocs", "--no-export-dynamic"].flatMap { ["-Xlinker", $0] },
        .when(configuration: .release))
]

/// The promises of the parsers: an ordinary test that replays kept inputs, or, if `WOADKEEPER_FUZZ` is set, libFuzzer's
/// executable; see docs/testing.md.
func fuzz(uses dependencies: [String]) -> Target {
    let dependencies = dependencies.map { Target.Dependency(stringLiteral: $0) }
    guard Context.environment["WOADKEEPER_FUZZ"] != nil else {
        return .testTarget(
            name: "FuzzTests", dependencies: dependencies, path: "Fuzz", exclude: ["Driver", "Inputs"],
            sources: ["Subjects", "Replay"], swiftSettings: settings)
    }
    return .executableTarget(
        name: "fuzz", dependencies: dependencies, path: "Fuzz", exclude: ["Replay", "Inputs"],
        sources: ["Subjects", "Driver"], swiftSettings: settings)
}

let package = Package(
    name: "Woadkeeper",
    products: [.executable(name: "woadkeeper", targets: ["woadkeeper"])],
    targets: [
        // Apps
        .executableTarget(
            name: "woadkeeper",
            dependencies: [
                "Operations", "Placement", "Recruitment", "Reports", "Bot", "Configuration", "Books", "Cluster",
                "DiscordSimulator", "SheetsSimulator", "Discord",
                "Spreadsheets", "Journal", "Service", "HTTPClient", "WebSocketClient", "WebServer", "JSON", "Imaging",
            ],
            path: "Sources/Apps/woadkeeper",
            swiftSettings: settings,
            linkerSettings: release
        ),

        // Features
        target(
            "Operations", on: "Features",
            uses: [
                "Bot", "Configuration", "Books", "Cluster", "Spreadsheets", "Discord", "Journal", "Service",
                "HTTPClient", "WebServer", "JSON", "TimeZones",
            ]),
        target(
            "Placement", on: "Features",
            uses: ["Bot", "Configuration", "Books", "Cluster", "Spreadsheets", "Discord", "Journal", "Service"]),
        target(
            "Recruitment", on: "Features",
            uses: [
                "Bot", "Configuration", "Books", "Cluster", "Discord", "Service", "HTTPClient", "WebServer", "Imaging",
                "JSON", "Journal",
            ]),
        target(
            "Reports", on: "Features",
            uses: ["Bot", "Configuration", "Cluster", "Discord", "Spreadsheets", "Journal", "Service"]),

        // Kernel
        target(
            "Bot", on: "Kernel",
            uses: ["Configuration", "Discord", "Journal", "Service", "WebServer", "JSON"]),
        target("Configuration", on: "Kernel", uses: ["Spreadsheets", "Service"]),
        target("Books", on: "Kernel", uses: ["Cluster", "Configuration", "Spreadsheets", "Journal", "Service"]),
        target("Cluster", on: "Kernel"),

        // Simulators
        target(
            "DiscordSimulator", on: "Simulators",
            uses: ["WebServer", "JSON", "Service", "TimeZones", "Imaging", "CZlib", "CZstd"],
            resources: [.embedInCode("Page/Files")]),

        target(
            "SheetsSimulator", on: "Simulators",
            uses: ["Spreadsheets", "WebServer", "JSON", "Service", "CCrypto"]),

        // Libraries
        target(
            "Discord", on: "Libraries",
            uses: ["HTTPClient", "WebSocketClient", "JSON", "Service", "TimeZones", "CZlib", "CZstd"]),
        target("Spreadsheets", on: "Libraries", uses: ["Service", "HTTPClient", "CPlatform", "CCrypto"]),
        target("Journal", on: "Libraries", uses: ["Service", "CSQLite", "CPlatform"]),
        target("Service", on: "Libraries", uses: ["TimeZones", "CCrypto", "CPlatform"]),
        target("TimeZones", on: "Libraries"),
        target("HTTPClient", on: "Libraries", uses: ["CCurl"]),
        target("WebSocketClient", on: "Libraries", uses: ["CWebSockets"]),
        target("WebServer", on: "Libraries", uses: ["CWebSockets", "Service"]),
        target("JSON", on: "Libraries", uses: ["CSimdJSON"]),
        target("Imaging", on: "Libraries", uses: ["CPNG", "Service"]),

        // C libraries
        systemLibrary("CCurl", package: "libcurl4-openssl-dev"),
        systemLibrary("CWebSockets", package: "libwebsockets-dev"),
        systemLibrary("CZlib", package: "zlib1g-dev"),
        systemLibrary("CZstd", package: "libzstd-dev"),
        systemLibrary("CSQLite", package: "libsqlite3-dev"),
        systemLibrary("CPNG", package: "libpng-dev"),
        systemLibrary("CCrypto", package: "libssl-dev"),
        systemLibrary("CPlatform", package: "libc6-dev"),
        .target(
            name: "CSimdJSON",
            path: "Sources/CLibraries/CSimdJSON",
            cxxSettings: [.unsafeFlags(["-O2"])],
            linkerSettings: [.linkedLibrary("simdjson")]
        ),

        // Tests
        .target(
            name: "TestTools", dependencies: ["Service"], path: "Tests/TestTools", swiftSettings: settings),
        tests(
            of: "Recruitment", uses: ["Bot", "Books", "Cluster", "Discord", "Service", "Imaging", "HTTPClient", "JSON"]),
        tests(of: "Placement", uses: ["Bot", "Books", "Cluster", "Discord", "Journal", "Service"]),
        tests(of: "Reports", uses: ["Bot", "Discord", "Service"]),
        tests(
            of: "Operations",
            uses: [
                "Bot", "Configuration", "Books", "Cluster", "Discord", "Spreadsheets", "Journal", "Service",
                "HTTPClient", "WebServer", "JSON",
            ]),
        tests(
            of: "Bot",
            uses: [
                "TestTools", "Configuration", "Discord", "Journal", "Service", "HTTPClient", "WebSocketClient",
                "WebServer", "JSON",
            ]),
        tests(of: "Configuration", uses: ["Spreadsheets", "Service"]),
        tests(
            of: "Books",
            uses: [
                "TestTools", "Cluster", "Configuration", "SheetsSimulator", "Spreadsheets", "Journal", "Service",
                "HTTPClient",
            ]),
        tests(of: "Cluster", uses: ["TestTools"]),
        tests(
            of: "DiscordSimulator",
            uses: ["TestTools", "WebServer", "HTTPClient", "WebSocketClient", "JSON", "Service", "Imaging"]),
        tests(
            of: "Discord",
            uses: [
                "TestTools", "DiscordSimulator", "HTTPClient", "WebSocketClient", "JSON", "Service", "CZlib", "CZstd",
            ]),
        tests(of: "Spreadsheets", uses: ["TestTools", "Service", "HTTPClient", "JSON", "CCrypto"]),
        tests(of: "SheetsSimulator", uses: ["Spreadsheets", "HTTPClient", "JSON", "Service"]),
        tests(of: "Journal", uses: ["TestTools", "Service"]),
        tests(of: "Service", uses: ["TimeZones"]),
        tests(of: "TimeZones"),
        tests(of: "HTTPClient"),
        tests(of: "WebSocketClient", uses: ["TestTools", "CCrypto", "CWebSockets"]),
        tests(of: "WebServer", uses: ["TestTools", "Service", "HTTPClient"]),
        tests(of: "JSON"),
        tests(of: "Imaging", uses: ["Service", "CZlib"]),
        .executableTarget(
            name: "outbox-writer",
            dependencies: [
                "Books", "Cluster", "Configuration", "Spreadsheets", "Journal", "HTTPClient", "Service", "JSON",
                "TestTools",
            ],
            path: "Tests/OutboxWriter",
            swiftSettings: settings
        ),
        .testTarget(
            name: "Scenarios",
            dependencies: [
                "woadkeeper", "Operations", "Placement", "Recruitment", "Reports", "Bot", "Configuration", "Books",
                "Cluster",
                "DiscordSimulator", "SheetsSimulator", "Discord",
                "Spreadsheets", "Journal", "Service", "HTTPClient", "WebSocketClient", "WebServer", "JSON", "Imaging",
                "TestTools",
            ],
            path: "Tests/Scenarios",
            swiftSettings: settings
        ),
        fuzz(uses: [
            "Bot", "Configuration", "Cluster", "Discord", "Spreadsheets", "Service", "HTTPClient", "WebSocketClient",
            "WebServer", "JSON", "Imaging", "TimeZones", "CZlib",
        ]),

        // Benchmarks
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "Bot", "Books", "Cluster", "Configuration", "DiscordSimulator", "SheetsSimulator", "Discord",
                "Spreadsheets", "Journal", "Service",
                "HTTPClient",
                "WebSocketClient", "WebServer", "JSON", "Imaging", "CPlatform",
            ],
            path: "Benchmarks",
            exclude: ["Python"],
            swiftSettings: settings,
            linkerSettings: release
        ),
    ],
    cxxLanguageStandard: .cxx17
)
