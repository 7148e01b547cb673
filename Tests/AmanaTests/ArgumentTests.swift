import Testing

@testable import amana

/// What stands on a command line.
@Suite("Arguments") struct ArgumentTests {
  private func failure(_ work: () throws -> Void) -> CommandFailure? {
    do { try work() } catch let failure as CommandFailure { return failure } catch { return nil }
    return nil
  }

  @Test(
    "Who somebody is never goes onto a command line, which everybody on the machine reads",
    arguments: [
      "name_latin", "name_arabic", "father_name", "mother_name", "born", "document", "travel_document_number",
    ])
  func names(_ column: String) throws {
    for language in [Language.en, .ar] {
      let refused = try #require(failure { _ = try Correct.columns(["sex=1", "\(column)=Somebody"], in: language) })
      #expect(refused.code == Exit.usage && refused.lines[0].contains(column) && refused.lines[0].contains("--file"))
      #expect(!refused.lines[0].contains("Somebody"), "nor is it repeated")
    }
  }

  @Test("What a line says is corrected by --set, each column once; a value may hold what it likes")
  func columns() throws {
    #expect(try Correct.columns(["language=ckb-Arab", "sex="], in: .en) == ["language": "ckb-Arab", "sex": ""])
    #expect(try Correct.columns(["grounds=a=b"], in: .en) == ["grounds": "a=b"])
    for bare in ["sex", ""] {
      #expect(failure { _ = try Correct.columns(["grounds=x", bare], in: .en) }?.code == Exit.usage, "\(bare)")
    }
    let twice = failure { _ = try Correct.columns(["sex=1", "sex=2"], in: .en) }
    #expect(twice?.code == Exit.usage && twice?.lines[0].contains("sex") == true)
  }
}
