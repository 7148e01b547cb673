import ArgumentParser
import Exchange

/// The process that will have the network and no signing keys. It says so and stops, since nothing it could do exists
/// yet.
@main
struct AmanaCourier: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "amana-courier",
    abstract: "Carries statements between authorities (not in this version: use `amana bundle`).")

  func run() throws {
    guard Exchange.isAvailable else {
      throw ValidationError("this version carries nothing by wire; use `amana bundle export` and `amana bundle import`")
    }
  }
}
