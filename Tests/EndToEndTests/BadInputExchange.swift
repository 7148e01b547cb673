import ControlAPI
import Custody
import Foundation

/// Bad input at the doors of peers and messages: each failing has its own code.
extension BadInputScene {
  func exchange(_ operation: ControlOperation) -> [(what: String, body: [UInt8], status: Int, code: String)] {
    switch operation {
    case .addPeer: peers()
    case .testPeer:
      [
        ("a peer that nobody added", Array("{\"authority\":\"IRQ/justice\"}".utf8), 404, "no-such-peer"),
        ("no authority", Array("{\"authority\":\"nobody\"}".utf8), 422, "invalid-value"),
      ]
    case .retryOutbox:
      [
        ("no authority", Array("{\"peer\":\"nobody\"}".utf8), 422, "invalid-value"),
        ("no id", Array("{\"statement\":\"abcd\"}".utf8), 422, "invalid-value"),
        (
          "a statement that is not here", Array("{\"statement\":\"\(String(repeating: "ab", count: 32))\"}".utf8), 404,
          "not-found"
        ),
      ]
    case .sendMessage: messages()
    case .discloseFields: disclosures()
    default: []
    }
  }

  private func disclosures() -> [(what: String, body: [UInt8], status: Int, code: String)] {
    func asked(_ line: String, _ subject: String) -> [UInt8] {
      Array("{\"line\":\(line),\"subject\":\"\(subject)\",\"fields\":[\"age\"]}".utf8)
    }
    let nobody = String(repeating: "ab", count: 16)
    return [
      ("a subject that is none", asked("0", "abcd"), 422, "invalid-value"),
      ("the line of somebody else", asked("0", nobody), 422, "invalid-value"),
      ("a line that is none", asked("65535", nobody), 422, "invalid-value"),
      ("a negative line", asked("-1", nobody), 422, "invalid-value"),
      ("half a line", asked("1.5", nobody), 400, "malformed"),
    ]
  }

  private func peers() -> [(what: String, body: [UInt8], status: Int, code: String)] {
    func peer(_ authority: String, _ url: String) -> [UInt8] {
      Array("{\"authority\":\"\(authority)\",\"url\":\"\(url)\"}".utf8)
    }
    let urls = [
      "", "irq.example", "http://irq.example", "https://", "https://irq.example/", "https://irq.example/path",
      "https://user@irq.example", "https://irq.example:0", "https://irq.example:65536", "https://irq.example:8x",
      "https://irq.example?x", "https://irq..example", "https://[::1", "https://-irq.example", "https://عراق.example",
      "https://irq example", "https://\(String(repeating: "a", count: 64)).example",
    ]
    return urls.map { ("the address \($0.prefix(40))", peer("IRQ/justice", $0), 422, "invalid-value") } + [
      ("nobody in the roster", peer("XXX/yyy", "https://irq.example"), 422, "unknown-authority"),
      ("ourselves", peer("SYR/prisons", "https://irq.example"), 422, "own-authority"),
      ("no authority", peer("IRQ", "https://irq.example"), 422, "invalid-value"),
    ]
  }

  private func messages() -> [(what: String, body: [UInt8], status: Int, code: String)] {
    let id = UUID().uuidString
    func message(_ rest: String, subject: String = "S", to: String = "[\"IRQ/justice\"]") -> [UInt8] {
      Array("{\"message_id\":\"\(id)\",\"subject\":\"\(subject)\",\"to\":\(to)\(rest)}".utf8)
    }
    func attached(_ name: String, _ type: String = "application/pdf", count: Int = 1) -> [UInt8] {
      let item = "{\"attachment\":\"00\",\"name\":\"\(name)\",\"media_type\":\"\(type)\"}"
      return message(",\"attachments\":[\(Array(repeating: item, count: count).joined(separator: ","))]")
    }
    return [
      ("no id and no key", Array("{\"subject\":\"S\"}".utf8), 400, "malformed"),
      ("no UUID", Array("{\"subject\":\"S\",\"message_id\":\"x\"}".utf8), 422, "invalid-value"),
      ("to nobody", message("", to: "[]"), 422, "invalid-value"),
      ("to a stranger", message("", to: "[\"XXX/yyy\"]"), 422, "invalid-value"),
      ("to ourselves", message("", to: "[\"SYR/prisons\"]"), 422, "invalid-value"),
      ("to one twice", message("", to: "[\"IRQ/justice\",\"IRQ/justice\"]"), 422, "invalid-value"),
      ("no subject", message("", subject: ""), 422, "invalid-value"),
      ("a subject too long", message("", subject: String(repeating: "s", count: 257)), 422, "invalid-value"),
      ("a line break in a line", message(",\"text\":[\"a\\nb\"]"), 422, "invalid-value"),
      (
        "a line too long", message(",\"text\":[\"\(String(repeating: "t", count: 4097))\"]"), 422, "invalid-value"
      ),
      ("an attachment that was not handed in", attached("a.pdf"), 422, "invalid-value"),
      ("a statement that is none", message(",\"statement\":\"xyz\""), 422, "invalid-value"),
      (
        "a statement that does not name the reader", message(",\"statement\":\"\(statement)\""), 422, "invalid-value"
      ),
      (
        "unknown field in an attachment", message(",\"attachments\":[{\"attachment\":\"0\",\"name\":\"a\",\"x\":1}]"),
        400, "malformed"
      ),
    ]
  }
}
