import Foundation

/// Looks in every byte of files for strings, as they are and in every form in which they could stand there.
struct LeakSearch {
  let logs: String
  private let list: String

  /// What was found.
  struct Found: Decodable {
    struct Hit: Decodable, Hashable {
      var file: String
      var text: String
      var how: String
    }

    /// The first of them.
    var hits: [Hit]
    /// Which strings were found anywhere.
    var texts: Set<String>
    /// In which forms.
    var forms: Set<String>
    var files: Int
    var bytes: Int
  }

  /// - Parameter list: a file that is written for the search, outside of what is searched.
  init(_ texts: [String], list: String, logs: String) throws {
    (self.list, self.logs) = (list, logs)
    try JSONEncoder().encode(texts).write(to: URL(filePath: list))
  }

  /// - Parameter paths: files, and folders with all that is below them.
  func callAsFunction(_ paths: [String]) throws -> Found {
    let answer = try Command(Command.python, ["-c", Self.script, list] + paths, logs: logs).finished(within: 300)
    guard answer.code == 0 else { throw Stopped("the search ended: \(answer.errors)") }
    return try JSONDecoder().decode(Found.self, from: Data(answer.output.utf8))
  }

  /// Every string has at least eight bytes in every form; by the first eight it is found, by the rest confirmed.
  private static let script = #"""
    import base64, hashlib, json, os, sys, urllib.parse
    WIDTH, table = 8, {}

    def add(data, text, how):
        assert len(data) >= WIDTH, (text, how)
        table.setdefault(data[:WIDTH], []).append((data, text, how))

    def encoded(data, text, how):
        add(data.hex().encode(), text, how + "hex")
        for shift in range(3):
            whole = base64.b64encode(b"\0" * shift + data)
            # What does not depend on what stands before and behind.
            part = whole[(0, 2, 3)[shift]:(shift + len(data)) * 8 // 6]
            for form in {part, part.translate(bytes.maketrans(b"+/", b"-_"))}: add(form, text, how + "base64")

    for text in json.load(open(sys.argv[1])):
        raw = text.encode()
        add(raw, text, "utf-8")
        encoded(raw, text, "")
        add(raw.hex().upper().encode(), text, "hex")
        for name in ("utf-16-le", "utf-16-be"): add(text.encode(name), text, "utf-16")
        for other in (json.dumps(text)[1:-1], urllib.parse.quote(text)):
            if other != text: add(other.encode(), text, "escaped")
        # As a CBOR text, whose head counts its bytes, and however it may be written: what a digest would be taken of.
        head = bytes([0x60 + len(raw)]) if len(raw) < 24 else bytes([0x78, len(raw)])
        for form in {raw, head + raw, text.lower().encode(), text.upper().encode(), text.encode("utf-16-le")}:
            digest = hashlib.sha256(form).digest()
            add(digest[:16], text, "sha256")
            add(digest[:16].hex().encode(), text, "sha256 hex")
            add(base64.b64encode(digest)[:20], text, "sha256 base64")
        for name in ("sha512", "sha1", "md5"):
            digest = hashlib.new(name, raw, usedforsecurity=False).digest()
            add(digest[:16], text, name)
            add(digest[:16].hex().encode(), text, name + " hex")

    def files(paths):
        for path in paths:
            if os.path.isdir(path):
                for folder, _, names in os.walk(path):
                    yield from (os.path.join(folder, name) for name in sorted(names))
            else:
                yield path

    keys = {int.from_bytes(key, sys.byteorder) for key in table}
    hits, texts, forms, count, size = [], set(), set(), 0, 0
    for path in files(sys.argv[2:]):
        if not os.path.isfile(path): continue
        with open(path, "rb") as file: data = file.read()
        count, size = count + 1, size + len(data)
        common = set()
        for shift in range(min(WIDTH, len(data))):
            words = memoryview(data)[shift:shift + (len(data) - shift) // WIDTH * WIDTH].cast("Q")
            common |= keys.intersection(words)
        for key in common:
            for wanted, text, how in table[key.to_bytes(WIDTH, sys.byteorder)]:
                if wanted in data:
                    texts.add(text)
                    forms.add(how)
                    if len(hits) < 20: hits.append({"file": path, "text": text, "how": how})
    print(json.dumps({"hits": hits, "texts": sorted(texts), "forms": sorted(forms), "files": count, "bytes": size}))
    """#
}
