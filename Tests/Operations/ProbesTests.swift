import Bot
import Configuration
import JSON
import Operations
import Service
import Spreadsheets
import Testing
import WebServer

/// The routes of a process whose spreadsheets are nowhere.
private struct ProbedProcess {
    let log = LogMemory()
    let calendar = ManualTime(start: Timestamp(milliseconds: 1_773_648_000_000))
    let transport = ManualTime(start: .origin)
    let health: HealthBoard
    let heartbeat: Heartbeat
    let metrics = Metrics()
    let configuration: ConfigurationService
    let probes: Probes

    init(_ environment: [String: String] = [:]) {
        health = HealthBoard(time: calendar)
        heartbeat = Heartbeat(time: transport)
        let logger = Logger("test", sink: log, time: calendar)
        let variables = ["ENV_NAME": "prod", "BOT_NAME": "Woad", "BOT_VERSION": "7"].merging(environment) { $1 }
        configuration = ConfigurationService(
            environment: variables,
            services: .init(
                workbook: LocalWorkbook(folder: "/nowhere"), calendar: calendar, transport: transport, logger: .silent))
        probes = Probes(
            configuration: configuration, health: health, heartbeat: heartbeat, metrics: metrics,
            mask: { Redactor().reply($0) }, taken: ["/emoji-pad"], logger: logger)
    }

    func get(_ path: String) async throws -> WebResponse {
        let route = try #require(probes.routes.first { ($0.place.map { $0() } ?? $0.path) == path })
        return await route.handle(WebRequest(method: "GET", path: path, trace: "the trace"))
    }

    func json(_ path: String) async throws -> (status: Int, body: JSONValue) {
        let response = try await get(path)
        #expect(response.headers.map(\.value) == ["application/json; charset=utf-8"])
        return (response.status, try JSONValue(parsing: response.body))
    }
}

@Suite("Probes", .timeLimit(.minutes(1)))
struct ProbesTests {
    @Test("the root names the bot and the trace of the request")
    func root() async throws {
        let (status, body) = try await ProbedProcess().json("/")
        #expect(status == 200)
        #expect(body == ["ok": true, "bot": "Woad", "env": "prod", "version": "7", "trace": "the trace"])
    }

    @Test("ready answers 200 always, and names the required components, reported or not")
    func ready() async throws {
        let process = ProbedProcess()
        process.health.report("runtime", isWell: true)
        process.health.report("sheets", isWell: false)
        var (status, body) = try await process.json("/ready")
        #expect(status == 200)
        #expect(body["ok"]?.bool == false)
        #expect(body["components"]?.members.map(\.key) == ["discord", "runtime"])
        #expect(body["components"]?["discord"]?["ok"]?.bool == false)
        #expect(body["components"]?["discord"]?["ts"]?.double == 0)
        #expect(body["components"]?["runtime"]?["ts"]?.double == 1_773_648_000)
        process.health.report("discord", isWell: true)
        (status, body) = try await process.json("/ready")
        #expect(status == 200 && body["ok"]?.bool == true, "a component that is not required does not count")
    }

    @Test(
        "health is good only while every component is and the heartbeat is young enough",
        arguments: [("journal", 1110, 503), ("", 1110, 200), ("", 1111, 503)])
    func health(bad: String, age: Int, status: Int) async throws {
        let process = ProbedProcess()
        for name in ["runtime", "discord", "sheets", "journal"] { process.health.report(name, isWell: name != bad) }
        process.heartbeat.ready()
        await process.transport.advance(by: .seconds(age))
        let (answered, body) = try await process.json("/health")
        #expect(answered == status)
        #expect(body["ok"]?.bool == (status == 200))
        #expect(body["ready"]?.bool == true)
        #expect(body["age_seconds"]?.double == Double(age))
        #expect(body["stall_after_sec"]?.int == 1110 && body["keepalive_sec"]?.int == 360)
        #expect(body["connected"]?.bool == true && body["disconnect_age"] == .null)
        #expect(body["last_ready_age"]?.double == Double(age) && body["uptime_sec"]?.double == Double(age))
        #expect(body["components"]?["journal"]?["ok"]?.bool == (bad != "journal"))
        #expect(body["endpoint"]?.string == "health" && body["caches"] != nil)
    }

    @Test("an outage is told by its age, and is over with the next connection")
    func outage() async throws {
        let process = ProbedProcess()
        process.heartbeat.ready()
        await process.transport.advance(by: .milliseconds(1500))
        process.heartbeat.disconnected()
        await process.transport.advance(by: .milliseconds(250))
        var body = try await process.json("/healthz").body
        #expect(body["connected"]?.bool == false && body["disconnect_age"]?.double == 0.25)
        process.heartbeat.connected()
        body = try await process.json("/healthz").body
        #expect(body["connected"]?.bool == true && body["disconnect_age"] == .null)
        #expect(body["endpoint"]?.string == "healthz" && body["components"] == nil)
    }

    @Test("a process is alive for one stall period without any sign of life, whatever its components say")
    func alive() async throws {
        let process = ProbedProcess(["ENV_NAME": "dev"])
        process.health.report("discord", isWell: false)
        await process.transport.advance(by: .seconds(210))
        #expect(try await process.json("/healthz").status == 200)
        await process.transport.advance(by: .milliseconds(1))
        #expect(try await process.json("/healthz").status == 503)
    }

    @Test("setting the wall clock back changes nothing that is measured")
    func clockSetBack() async throws {
        let process = ProbedProcess()
        process.heartbeat.ready()
        await process.transport.advance(by: .seconds(60))
        await process.calendar.set(by: .seconds(-3600))
        let (status, body) = try await process.json("/healthz")
        #expect(status == 200 && body["age_seconds"]?.double == 60)
    }

    @Test(
        "the self-ping's path answers ok, unless another route has it",
        arguments: [
            ("/keepalive", nil as String?, false), ("/up", "up", false), ("/emoji-pad", "/emoji-pad", true),
            ("/health", "health", true),
        ])
    func keepalive(path: String, setting: String?, isTaken: Bool) async throws {
        let process = ProbedProcess(setting.map { ["KEEPALIVE_PATH": $0] } ?? [:])
        #expect(process.log.messages == (isTaken ? ["KEEPALIVE_PATH is taken by another route and ignored"] : []))
        let places = process.probes.routes.compactMap { $0.place.map { $0() } }
        #expect(places == [isTaken ? nil : path])
        guard !isTaken else { return }
        let response = try await process.get(path)
        #expect(response.status == 200 && String(decoding: response.body, as: UTF8.self) == "ok")
    }

    @Test("the error of a bucket shows no secret")
    func maskedError() async throws {
        let process = ProbedProcess()
        let bucket = Bucket(
            Bucket<[Int]>.Plan(
                name: "clans", ttl: { .seconds(60) }, count: { $0.count },
                load: { throw WorkbookError.data("token=abc of AIzaSyA1234567890abcdefghijklmnopqrstu_") }),
            services: BucketServices(
                calendar: process.calendar, transport: process.transport, logger: .silent,
                mask: { $0.replacing("AIzaSyA", with: "***") }))
        process.configuration.buckets.register(bucket)
        #expect(await bucket.refresh(.startup).error?.contains("of ***1234") == true, "masked before it is kept")
        let error = try await process.json("/health").body["caches"]?["clans"]?["last_error"]?.string
        #expect(error?.hasPrefix("token=***") == true && error?.contains("abc of") == false, "\(error ?? "")")
        await process.configuration.stop()
    }

    @Test("metrics are for the console only, all other routes for everybody")
    func access() async throws {
        let process = ProbedProcess()
        process.metrics.counter("things_total", help: "Things.").increment()
        #expect(process.probes.routes.filter { $0.access == .console }.map(\.path) == ["/metrics"])
        let response = try await process.get("/metrics")
        #expect(String(decoding: response.body, as: UTF8.self).contains("things_total 1"))
    }

    @Test("no route shows a secret of the environment")
    func secrets() async throws {
        let process = ProbedProcess([
            "DISCORD_TOKEN": "hush-discord", "CONSOLE_TOKEN": "hush-console", "GSPREAD_CREDENTIALS": "hush-google",
        ])
        for route in process.probes.routes {
            let body = String(decoding: try await process.get(route.path).body, as: UTF8.self)
            #expect(!body.contains("hush"))
        }
    }
}
