import Testing

@Suite("Files stay short")
struct SizeTests {
  @Test("No file is over 350 lines, half are at most 120, nine in ten at most 300", arguments: ["Sources", "Tests"])
  func sizes(folder: String) throws {
    let files = try (folder == "Sources" ? Repository.sources : Repository.tests).get()
    #expect(files.filter { $0.lineCount > 350 }.map(\.path) == [])
    let sorted = files.map(\.lineCount).sorted()
    let (median, ninth) = (sorted[sorted.count / 2], sorted[sorted.count * 9 / 10])
    print("SIZES \(folder): \(files.count) files, median \(median), p90 \(ninth), longest \(sorted.last ?? 0)")
    #expect(median <= 120)
    #expect(ninth <= 300)
  }
}
