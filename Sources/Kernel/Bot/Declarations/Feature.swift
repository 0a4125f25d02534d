/// One module of the bot: what it reacts to and who may use it, declared in one file.
///
/// The kernel derives routing, help, access checks and telemetry from the declarations. A feature behind a closed gate
/// leaves no trace: its listeners ignore events, its commands are absent from help, and calling one gets the "disabled"
/// sentence. Source: runtime chapter, section 3.3.
///
/// ```swift
/// struct Ping: Feature {
///     let name = "ping"
///     let gate = Gate.always
///     var commands: [Command] { [Command("ping", access: .admin, help: …) { _, responder in try await responder.react("🏓") }] }
/// }
/// ```
public protocol Feature: Sendable {
    /// The stable name in logs: the toggle key, or the module's own name where there is none.
    var name: String { get }
    /// The switches in front of everything that the feature declares.
    var gate: Gate { get }
    /// The name in `modules: <name> enabled` of the boot log; nil for features that log `feature module loaded`.
    var moduleLogName: String? { get }
    /// Whether everything that its commands answer is masked: the answers of operations, in which anything may turn up.
    /// Source: coreops chapter, section 9.
    var hasMaskedAnswers: Bool { get }
    /// The commands.
    var commands: [Command] { get }
    /// What answers buttons, selects and modals.
    var components: [ComponentHandler] { get }
    /// What reacts to other events.
    var listeners: [Listener] { get }
    /// The HTTP routes.
    var routes: [HTTPRoute] { get }
    /// What it does at certain times.
    var jobs: [Job] { get }
    /// Hears that settings and toggles were read, or could not be: at the start and at each reload. Returns at once.
    func settingsRead()
    /// What it does beside all that for as long as the bot serves; returns when its task is cancelled.
    func run() async
}

extension Feature {
    public var moduleLogName: String? { nil }
    public var hasMaskedAnswers: Bool { false }
    public var commands: [Command] { [] }
    public var components: [ComponentHandler] { [] }
    public var listeners: [Listener] { [] }
    public var routes: [HTTPRoute] { [] }
    public var jobs: [Job] { [] }
    public func settingsRead() {}
    public func run() async {}
}
