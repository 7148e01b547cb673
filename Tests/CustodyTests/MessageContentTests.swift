import COSE
import Custody
import Testing

@Suite("What a message says")
struct MessageContentTests {
  private func message(_ change: (inout MessageContent) -> Void = { _ in }) -> MessageContent {
    var content = MessageContent(
      subject: "إحاطة", text: ["one", "", "ثلاثة"],
      attachments: [.init(payloadID: "attachment-1", name: "قائمة 2.pdf", mediaType: "application/pdf", size: 7)])
    change(&content)
    return content
  }

  private func attachment(_ name: String = "a", _ type: String = "text/plain", size: UInt64 = 1, id: Int = 1)
    -> MessageContent.Attachment
  {
    .init(payloadID: "attachment-\(id)", name: name, mediaType: type, size: size)
  }

  @Test("It is read back as it was written")
  func roundTrip() throws {
    #expect(message().problem == nil)
    #expect(try MessageContent(decoding: message().encoded()) == message())
    let bare = MessageContent(subject: "S", text: [], attachments: [])
    #expect(try MessageContent(decoding: bare.encoded()) == bare)
  }

  @Test(
    "Names that lead elsewhere, hide or turn are none",
    arguments: [
      "", ".", "..", ".profile", "a/b", "/etc/passwd", "..\\x", "a\u{202e}fdp.exe", "a\nb", "a\0b", "a\u{2066}b",
      "a\u{200f}b",
      String(repeating: "n", count: 256),
    ])
  func names(name: String) {
    #expect(!MessageContent.isName(name))
    let hostile = message { $0.attachments = [attachment(name)] }
    #expect(hostile.problem != nil)
    #expect(throws: DecodeError.self) { try MessageContent(decoding: hostile.encoded()) }
  }

  @Test(
    "A media type is type/subtype", arguments: ["pdf", "a/", "/b", "a/b/c", "a/b; c=d", "text/häßlich", "a b/c", ""])
  func mediaTypes(type: String) {
    #expect(!MessageContent.isMediaType(type))
    #expect(message { $0.attachments = [attachment("a", type)] }.problem != nil)
  }

  @Test("What is too long, too many or misnumbered is refused, sent or received")
  func limits() {
    let wrong = [
      message { $0.subject = "" }, message { $0.subject = String(repeating: "s", count: 257) },
      message { $0.subject = "a\u{202e}b" }, message { $0.text = ["a\nb"] },
      message { $0.text = [String(repeating: "t", count: 4097)] },
      message { $0.text = Array(repeating: "", count: 10_001) },
      message { $0.text = Array(repeating: String(repeating: "t", count: 4096), count: 65) },
      message { $0.attachments = (1...17).map { attachment(id: $0) } },
      message { $0.attachments = [attachment(id: 2)] }, message { $0.attachments = [attachment(), attachment()] },
      message { $0.attachments = [attachment(size: (64 << 20) + 1)] },
    ]
    for content in wrong {
      #expect(content.problem != nil, "\(content.subject.prefix(20))")
      #expect(throws: DecodeError.self) { try MessageContent(decoding: content.encoded()) }
    }
    #expect(message { $0.attachments = (1...16).map { attachment(size: 64 << 20, id: $0) } }.problem == nil)
    #expect(MessageContent.isName("ملف الإحاطة.pdf") && MessageContent.isName("a..b"))
  }
}
