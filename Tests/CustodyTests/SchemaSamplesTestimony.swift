import COSE
import Roster
import Testing
import TransparencyLog

@testable import Custody

/// Manifests of statements that move nobody.
extension SampleMaker {
  func inquiryManifest() -> Manifest {
    shuffled(
      .inquiry,
      [
        [.bytes(subject("person 0").bytes), .null, "family"],
        [.bytes(subject("person 1").bytes), .bytes(sampleDigest("intake")), "court"],
      ])
  }

  /// Every finding there is, a contested line and one under another reference among them.
  func answerManifest() -> Manifest {
    let asOf: CBOR = .map([
      "origin": "prisons.syr.example/custody/log/1", "size": 42, "root": .bytes(sampleDigest("root")),
    ])
    return shuffled(
      .inquiryAnswer,
      InquiryFinding.codes.enumerated().map { index, code in
        let isKnown = ChainState.phaseNames.contains(code)
        return [
          .bytes(subject("person \(index)").bytes), index == 0 ? .bytes(sampleDigest("intake")) : .null,
          .bytes(sampleDigest("inquiry")), .unsigned(UInt64(index)), .text(code),
          index == 1 ? .bytes(subject("other").bytes) : .null, isKnown ? "SYR/prisons" : .null,
          code == "released" ? "IRQ/moj" : .null,
          code == "contested" ? .array(["SYR/prisons", "TUR/goc"]) : .null, isKnown ? asOf : .null,
          code == "withheld" ? "risk-of-harm" : .null,
        ]
      })
  }

  func linkManifest() -> Manifest {
    shuffled(.link, [Link.line(subject("person 0"), subject("person 1"), basis: "document")])
  }

  func protestManifest() -> Manifest {
    shuffled(
      .protest,
      [[.bytes(subject("person 0").bytes), .null, .bytes(sampleDigest("outcome")), .unsigned(4), "wrong-person"]])
  }

  /// One of a line, and one of a name.
  func correctionManifest() -> Manifest {
    let fields: CBORMap = [
      "age": "child", "health": .map(["code": "sick"]), "vulnerabilities": .array(["disabled"]),
      "unaccompanied": .bool(true),
    ]
    let corrections = [
      Correction(
        subject: subject("person 0"), original: statementID("intake"), line: 3, fields: fields, columns: []),
      Correction(
        subject: subject("person 1"), original: statementID("intake"), line: 4, fields: [:], columns: ["name_latin"]),
    ]
    return shuffled(.correction, corrections.map { $0.manifestLine(reason: "correction") })
  }
}
