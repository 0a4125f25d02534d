import Glibc

/// Measures what the program spends its time on and compares each figure with a reference taken in the same run, because
/// figures of one machine say little on another, and ratios travel.
///
///     benchmarks              runs all
///     benchmarks json crest   runs those whose name contains one of the words
///
/// Those of the whole program need the release binary in `WOADKEEPER`, those against discord.py its Python in `PYTHON`,
/// and both the repository's folder as working directory.
///
/// Each measurement is one line: name, figure, unit and, where there is a reference, the ratio to it.
@main
struct Benchmarks {
    private static let all: [Benchmark] = [
        .coldStart, .memory, .latency, .restRequests, .gatewayDecoding, .guildIngest, .lanes, .jsonDecoding,
        .jsonEncoding, .crests, .journal, .outbox, .sheetsCalls, .webServer, .httpClient, .schedulerDrift,
        .tabRefresh, .clanMatching, .seats, .digestLatency, .pressLatency,
    ]

    static func main() async {
        let words = CommandLine.arguments.dropFirst()
        let chosen = all.filter { benchmark in words.isEmpty || words.contains { benchmark.name.contains($0) } }
        guard !chosen.isEmpty else {
            return print("no such benchmark; there are: \(all.map(\.name).joined(separator: " "))")
        }
        for benchmark in chosen {
            do {
                for measurement in try await benchmark.run() { print(measurement.line) }
            } catch {
                print("\(benchmark.name): not measured: \(error)")
            }
            fflush(nil)
        }
    }
}
