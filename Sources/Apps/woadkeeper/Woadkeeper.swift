@main
struct Woadkeeper {
    static func main() async {}
}
