/// All commands of all features, by name; built once at start.
public struct CommandCatalog: Sendable {
    /// A command together with the feature that declares it.
    public struct Entry: Sendable {
        /// The declaration.
        public var command: Command
        /// The name of the declaring feature.
        public var feature: String
        /// The switches in front of the feature.
        public var gate: Gate
    }

    /// Two features that declare the same name.
    public struct Duplicate: Error, Sendable, Equatable {
        /// The name declared twice.
        public var name: String
    }

    /// Every command in order of its name.
    public let entries: [Entry]
    private let byName: [String: Int]
    private let mostWords: Int

    /// Collects what features declare.
    /// - Parameter mask: hides secrets in the answers of features whose answers are masked.
    /// - Throws: `Duplicate` where a name is declared twice.
    public init(
        _ features: [any Feature], masking mask: @escaping @Sendable (String) -> String = { $0 }
    ) throws(Duplicate) {
        var entries: [Entry] = []
        for feature in features {
            entries += feature.commands.map { command in
                Entry(
                    command: feature.hasMaskedAnswers ? command.answering(through: mask) : command,
                    feature: feature.name, gate: feature.gate)
            }
        }
        entries.sort { $0.command.name < $1.command.name }
        var byName: [String: Int] = [:]
        for (index, entry) in entries.enumerated() {
            guard byName.updateValue(index, forKey: entry.command.name) == nil else {
                throw Duplicate(name: entry.command.name)
            }
        }
        self.entries = entries
        self.byName = byName
        self.mostWords = entries.map { $0.command.name.split(separator: " ").count }.max() ?? 0
    }

    /// A catalog without commands.
    public static let empty = CommandCatalog()

    private init() {
        entries = []
        byName = [:]
        mostWords = 0
    }

    /// The command with exactly this name, in lower case.
    public func entry(named name: String) -> Entry? {
        byName[name].map { entries[$0] }
    }

    /// The command whose name is the longest run of leading words of `text`, and the text behind it.
    /// Words are compared without regard to case.
    public func longestMatch(in text: some StringProtocol) -> (entry: Entry, rest: String)? {
        var best: (Entry, Substring.Index)?
        let text = Substring(text)
        var name = ""
        var rest = text
        for _ in 0..<mostWords {
            rest = rest.drop(while: \.isWhitespace)
            let word = rest.prefix(while: { !$0.isWhitespace })
            guard !word.isEmpty else { break }
            name += (name.isEmpty ? "" : " ") + word.lowercased()
            rest = rest[word.endIndex...]
            if let entry = entry(named: name) { best = (entry, word.endIndex) }
        }
        return best.map { ($0.0, text[$0.1...].trimmingWhitespace()) }
    }

    /// The commands whose name goes on behind `name`.
    public func subcommands(of name: String) -> [Entry] {
        entries.filter { $0.command.name.hasPrefix(name + " ") }
    }
}

extension Command {
    /// The command with every text of its answers passed through `mask`.
    fileprivate func answering(through mask: @escaping @Sendable (String) -> String) -> Command {
        var command = self
        command.run = { [run] invocation, responder in
            do {
                try await run(invocation, responder.masked(by: mask))
            } catch let refusal as Refusal {
                throw Refusal(mask(refusal.sentence), result: refusal.result)
            }
        }
        return command
    }
}
