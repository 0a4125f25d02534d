import TestTools
import Testing

@testable import WebServer

@Suite("Targets and routes", .timeLimit(.minutes(1)))
struct TargetTests {
    @Test(
        "splits the query first and decodes each part once",
        arguments: [
            ("a=1&b=2", ["a=1", "b=2"]),
            ("a=1&a=2&a", ["a=1", "a=2", "a="]),
            ("a=b%26c%3Dd&e=f", ["a=b&c=d", "e=f"]),
            (
                "u=https%3A%2F%2Fcdn.test%2Femojis%2F1.png%3Fsize%3D128%26quality%3Dlossless",
                [
                    "u=https://cdn.test/emojis/1.png?size=128&quality=lossless"
                ]
            ),
            ("a+b=c+d%2Be", ["a b=c d+e"]),
            ("a=%2526", ["a=%26"]),
            ("a=b=c", ["a=b=c"]),
            ("a%3Db=c", ["a=b=c"]),
            ("=x&&y=", ["=x", "y="]),
            ("a=%C3%A9%F0%9F%91%8D", ["a=é👍"]),
            ("a=100%&b=%2", ["a=100%", "b=%2"]),
            ("a=%zz", ["a=%zz"]),
            ("a=/x//y/../z?", ["a=/x//y/../z?"]),
            ("a=%ff", ["a=\u{FFFD}"]),
            ("", []),
        ])
    func query(text: String, pairs: [String]) async throws {
        let target = try Target(parsing: Array("/path?\(text)".utf8)[...])
        #expect(target.query.map { "\($0.name)=\($0.value)" } == pairs)
        #expect(target.path == "/path")
    }

    @Test(
        "decodes each segment once after splitting",
        arguments: [
            ("/", []), ("/a", ["a"]), ("/a/", ["a", ""]), ("/a//b", ["a", "", "b"]), ("/a%2Fb/c", ["a/b", "c"]),
            ("/a%252Fb", ["a%2Fb"]), ("/%F0%9F%91%8D/@me", ["👍", "@me"]), ("/a+b", ["a+b"]), ("/../x", ["..", "x"]),
            ("http://host.test:80/a?b", ["a"]), ("http://host.test", []), ("/a#b", ["a"]),
        ])
    func segments(text: String, segments: [String]) throws {
        #expect(try Target(parsing: Array(text.utf8)[...]).segments == segments)
    }

    @Test("carries an encoded URL through a whole exchange")
    func wholeWay() async throws {
        let server = try await RunningServer { routes in
            routes.on("GET", "/emoji-pad/:name") { request in
                .text(
                    "\(request.parameters["name"] ?? "-") \(request.queryValue("u") ?? "-") \(request.queryValue("s") ?? "-")"
                )
            }
        }
        let response = try await server.exchange(
            "GET /emoji-pad/a%2Fb?u=https%3A%2F%2Fcdn.test%2F1.png%3Fsize%3D128%26x%3D1&s=a+b%2B HTTP/1.1\r\nHost: a\r\n\r\n"
        )
        #expect(response.text == "a/b https://cdn.test/1.png?size=128&x=1 a b+")
    }

    @Test(
        "prefers literals, falls back to parameters where the literal lacks the method",
        arguments: [
            ("GET /members/search", "search"), ("GET /members/5", "member 5"),
            ("DELETE /members/search", "delete search"),
            ("GET /members/5/roles/6", "role 5 6"), ("GET /", "root"), ("GET /members//roles/6", "404"),
            ("GET /members/5/", "404"), ("GET /members/search/roles/6", "role search 6"), ("GET /page.html", "<p>"),
        ])
    func routing(request: String, expected: String) async throws {
        let server = try await RunningServer { routes in
            routes.on("GET", "/") { _ in .text("root") }
            routes.on("GET", "/members/search") { _ in .text("search") }
            routes.on("GET", "/members/:user") { .text("member \($0.parameters["user"] ?? "")") }
            routes.on("DELETE", "/members/:id") { .text("delete \($0.parameters["id"] ?? "")") }
            routes.on("GET", "/members/:user/roles/:role") {
                .text("role \($0.parameters["user"] ?? "") \($0.parameters["role"] ?? "")")
            }
            routes.file("/page.html", contentType: "text/html", bytes: Array("<p>".utf8))
        }
        let response = try await server.exchange("\(request) HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(response.status == 404 ? expected == "404" : response.text == expected)
    }

    @Test("looks for a request under another path where it is told to")
    func relocation() async throws {
        var options = WebServer.Options()
        options.relocation = { segments in
            if segments == ["moved", "here"] { return ["hello"] }
            return segments == ["hello"] ? [""] : segments
        }
        let server = try await RunningServer(options: options)
        let (here, there) = ("/moved/here HTTP/1.1\r\nHost: a\r\n\r\n", "/hello HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try await server.exchange("GET \(here)").status == 200)
        #expect(try await server.exchange("PUT \(here)").status == 405)
        #expect(try await server.exchange("GET \(there)").status == 404)
    }

    @Test("lets the fallback answer paths without a route")
    func fallback() async throws {
        var options = WebServer.Options()
        options.fallback = { .text("fallback \($0.method) \($0.path)", status: 404) }
        let server = try await RunningServer(options: options)
        let response = try await server.exchange("PUT /un%20known HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
        #expect(response.text == "fallback PUT /un known")
        #expect(try await server.exchange("PUT /hello HTTP/1.1\r\nHost: a\r\n\r\n").status == 405)
    }
}
