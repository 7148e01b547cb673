@main struct Amana { static func main() {} }
