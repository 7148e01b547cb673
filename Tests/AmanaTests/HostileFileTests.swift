import Custody
import TestSupport
import Testing

@testable import amana

@Suite("Hostile files")
struct HostileFileTests {
  @Test("Random bytes end in findings and never in a crash")
  func randomBytes() {
    var generator = SeededGenerator(named: "random files")
    for _ in 0..<400 {
      let file = ManifestFile(generator.bytes(Int.random(in: 0..<600, using: &generator)))
      #expect(file.problems.count > 0)
      _ = file.english
    }
  }

  @Test("A good file with bytes changed, cut or doubled is read or refused, and never crashes")
  func mutations() {
    var generator = SeededGenerator(named: "mutated files")
    let texts = [
      Samples.csv(), Samples.csv(delimiter: "\t", lineEnd: "\r\n"), Samples.json(),
      "sep=;\r" + Samples.csv(delimiter: ";"),
    ]
    var good = 0
    for round in 0..<600 {
      var bytes = EncodingTests.stored(texts[round % texts.count])[round % 7].bytes
      for _ in 0..<Int.random(in: 1...4, using: &generator) {
        guard !bytes.isEmpty else { break }
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
        default: bytes = Array(bytes.prefix(place + 1))
        }
      }
      let file = ManifestFile(bytes)
      if file.problems.count == 0, !file.entries.isEmpty {
        good += 1
        for person in file.entries { #expect(person.problems().isEmpty) }
      }
      _ = (
        file.english, file.form.lines("x", in: .ar), file.warningLines(in: .ar),
        Totals(file.entries, of: .detaineeTransfer)
      )
    }
    #expect(good > 0, "one is read at least")
  }

  @Test("What is read is exactly what the CSV says: any text without control characters comes back byte for byte")
  func roundTrip() {
    var generator = SeededGenerator(named: "names")
    let alphabet = Array(
      "aZ \",;'\u{64e}\u{301}\u{200c}\u{200d}\u{2067}\u{2069}مكي\u{660}\u{1f468}=\\/-".unicodeScalars)
    for _ in 0..<200 {
      var view = String.UnicodeScalarView()
      view.append("x")
      for _ in 0..<Int.random(in: 0..<20, using: &generator) {
        if let scalar = alphabet.randomElement(using: &generator) { view.append(scalar) }
      }
      let name = String(view)
      let persons = Samples.list([2: ["name_latin": name, "document": name]])
      for text in [Samples.csv(persons), Samples.csv(persons, delimiter: "\t"), Samples.json(persons)] {
        let file = Samples.read(text)
        #expect(file.problems.count == 0, "\(file.english)")
        guard file.values.count == 4 else { continue }
        #expect(Array((file.values[1]["name_latin"] ?? "").utf8) == Array(name.utf8))
      }
    }
  }

  @Test("One person too many is refused, and empty rows are not kept")
  func limits() {
    let header = Kind.detaineeTransfer.row.requiredNames.joined(separator: ",") + "\n"
    let row = String(Samples.csv([Samples.person(1)]).split(separator: "\n")[1]) + "\n"
    let most = Sheet.maximumRows
    for (name, rows) in [("bad rows", String(repeating: "x\n", count: most)), ("none", "")] {
      let file = Samples.read(header + rows + row)
      #expect(file.problemCodes.last == (rows.isEmpty ? nil : "field-count"), "\(name)")
      #expect(file.problems.count == (rows.isEmpty ? 0 : most + 1), "\(name)")
    }
    let json = Samples.read("[" + String(repeating: "1,", count: most) + "1]")
    #expect(json.problems.count == most + 1 && json.entries.isEmpty)
    let empty = Samples.read(header + String(repeating: "\n", count: 300_000) + row)
    #expect(empty.entries.count == 1 && empty.form.passedOver == 300_000)
  }
}
