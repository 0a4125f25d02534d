import Glibc

/// The program: `woadkeeper run`, `demo`, `doctor`, `workbook`, `simulator`.
@main
struct Woadkeeper {
    private static let usage = """
        usage: woadkeeper run
               woadkeeper demo [--port N] [--tour]
               woadkeeper doctor
               woadkeeper workbook pull FOLDER [--replace]
               woadkeeper workbook push FOLDER [--write]
               woadkeeper workbook check [FOLDER]
               woadkeeper simulator [--port N] [--unlimited] [--sheets]

        run        serve a guild; configuration comes from the environment or a .env file
        demo       a simulated guild with a chat page, the sample workbook, and the bot; --tour plays a journey and ends
        doctor     check a configuration before it is served, one line for each thing; writes nothing anywhere
        workbook   pull copies the spreadsheets of Google into a folder of CSV files, push shows what differs from it and
                   with --write writes it, check looks at tabs, headers and cells
        simulator  only the simulated Discord, for trying other bots against it; --unlimited lifts the rate limits,
                   --sheets adds a simulated Google with a copy of the sample workbook
        """

    static func main() async {
        var arguments = CommandLine.arguments.dropFirst()
        let status: Int32
        let command = arguments.popFirst()
        switch command {
        case "run":
            guard arguments.isEmpty else { return refuse("run takes no arguments") }
            status = await RunCommand.run()
        case "demo":
            guard let options = DemoCommand.Options(arguments), !options.isUnlimited, !options.hasSheets else {
                return refuse("demo does not take \(arguments.joined(separator: " "))")
            }
            status = await DemoCommand.run(options)
        case "doctor":
            guard arguments.isEmpty else { return refuse("doctor takes no arguments") }
            status = await DoctorCommand.run()
        case "workbook":
            guard let task = WorkbookCommand.Task(arguments) else {
                return refuse("workbook does not take \(arguments.joined(separator: " "))")
            }
            status = await WorkbookCommand.run(task)
        case "simulator":
            guard let options = DemoCommand.Options(arguments), !options.isTour else {
                return refuse("simulator does not take \(arguments.joined(separator: " "))")
            }
            status = await SimulatorCommand.run(options)
        case "help", "--help", "-h":
            Terminal.say(usage)
            status = 0
        default:
            return refuse(command.map { "there is no command \($0)" } ?? "which command?")
        }
        end(status)
    }

    /// Ends the process without the handlers of `exit`: what still runs on other threads would meet a cryptography library
    /// that these have cleaned up. Everything said is out by now.
    private static func end(_ status: Int32) -> Never { _exit(status) }

    /// Says what was not understood, and what is.
    private static func refuse(_ problem: String) {
        Terminal.complain("woadkeeper: \(problem)\n\n\(usage)")
        end(64)
    }
}
