import Foundation

/// A public key infrastructure made with the stock `openssl` command in a folder that is removed at the end.
public final class TestPKI: Sendable {
  public static let authority = """
    basicConstraints = critical,CA:TRUE
    keyUsage = critical,keyCertSign,cRLSign
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid
    """
  public static let signer = """
    basicConstraints = CA:FALSE
    keyUsage = critical,digitalSignature
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid
    """
  public static let stamper = """
    basicConstraints = CA:FALSE
    keyUsage = critical,digitalSignature
    extendedKeyUsage = critical,timeStamping
    subjectKeyIdentifier = hash
    authorityKeyIdentifier = keyid
    """
  public static let p256 = ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]

  public let tool: OpenSSLTool
  /// The first and last second of what is issued, where nothing else is said, as the command takes them.
  public let from: String
  public let until: String

  public init(from: String = "20200101000000Z", until: String = "20491231235959Z") throws {
    tool = try OpenSSLTool()
    self.from = from
    self.until = until
  }

  /// Makes a certification authority signed with its own key.
  /// - Returns: its certificate, PEM.
  @discardableResult
  public func root(_ name: String, extensions: String = authority, key: [String] = p256, md: String = "sha256") throws
    -> [UInt8]
  {
    try request(name, key, key: nil)
    try prepare(name)
    return try sign(name, by: name, extensions, from, until, md, more: ["-selfsign"])
  }

  /// Has an authority made here certify a name: another authority, when its extensions say so.
  /// - Parameter pem: the private key, where it is not a new one of type `key`.
  @discardableResult
  public func issue(
    _ name: String, by issuer: String, extensions: String = signer, key: [String] = p256, pem: [UInt8]? = nil,
    from: String? = nil, until: String? = nil, md: String = "sha256"
  ) throws -> [UInt8] {
    try request(name, key, key: pem)
    try prepare(name)
    return try sign(name, by: issuer, extensions, from ?? self.from, until ?? self.until, md, more: [])
  }

  /// Takes a certificate back, as of a moment (yyMMddHHmmssZ).
  public func revoke(_ name: String, by issuer: String, reason: String, at time: String) throws {
    try tool.run(["ca", "-config", "\(issuer).cnf", "-revoke", "\(name).pem", "-crl_reason", reason])
    try revoke(again: name, by: issuer, reason: reason, at: time)
  }

  /// Says something else of a certificate that was taken back.
  public func revoke(again name: String, by issuer: String, reason: String, at time: String) throws {
    // The command dates a revocation today; its index is the place that says when.
    let index = String(decoding: try tool.read("\(issuer).index"), as: UTF8.self)
    let lines = index.split(separator: "\n").map { line -> String in
      var fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      if fields[0] == "R", fields[5] == "/CN=\(name)" { fields[2] = "\(time),\(reason)" }
      return fields.joined(separator: "\t")
    }
    try tool.write("\(issuer).index", Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// The authority's revocation list, PEM.
  /// - Parameter number: in hexadecimal digits, an even number of them; without one it has none.
  public func revocations(
    of issuer: String, from: String = "20260101000000Z", until: String = "20490101000000Z", number: String? = nil
  ) throws -> [UInt8] {
    var configuration = "\(issuer).cnf"
    if let number {
      let plain = String(decoding: try tool.read(configuration), as: UTF8.self)
      configuration = "\(issuer)-numbered.cnf"
      try tool.write("\(issuer).crlnumber", Array("\(number)\n".utf8))
      let numbered = plain.replacingOccurrences(of: "[c]\n", with: "[c]\ncrlnumber = ./\(issuer).crlnumber\n")
      try tool.write(configuration, Array(numbered.utf8))
    }
    try tool.run([
      "ca", "-config", configuration, "-gencrl", "-crl_lastupdate", from, "-crl_nextupdate", until, "-out",
      "\(issuer).crl",
    ])
    return try tool.read("\(issuer).crl")
  }

  /// A time stamp response over some bytes by the clock of this machine, DER.
  public func stamp(_ query: [UInt8], by name: String, chain: [String], digest: String = "sha256") throws -> [UInt8] {
    let file = """
      [tsa]
      default_tsa = t
      [t]
      dir = .
      serial = ./tsa.serial
      crypto_device = builtin
      signer_cert = ./\(name).pem
      signer_key = ./\(name).key
      signer_digest = \(digest)
      default_policy = 1.2.3.4.1
      digests = sha1, sha256, sha384, sha512
      accuracy = secs:1
      ordering = no
      tsa_name = no
      ess_cert_id_chain = no
      ess_cert_id_alg = sha256
      """
    try tool.write("tsa.cnf", Array(file.utf8))
    if (try? tool.read("tsa.serial")) == nil { try tool.write("tsa.serial", Array("01\n".utf8)) }
    try tool.write("chain.pem", try chain.flatMap { try tool.read("\($0).pem") })
    try tool.write("query.tsq", query)
    try tool.run([
      "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query.tsq", "-chain", "chain.pem", "-out", "reply.tsr",
    ])
    return try tool.read("reply.tsr")
  }

  public func key(of name: String) throws -> [UInt8] { try tool.read("\(name).key") }

  private func request(_ name: String, _ type: [String], key pem: [UInt8]?) throws {
    var make = ["-newkey"] + type + ["-nodes", "-keyout", "\(name).key"]
    if let pem {
      try tool.write("\(name).key", pem)
      make = ["-key", "\(name).key"]
    }
    try tool.run(["req", "-new", "-subj", "/CN=\(name)", "-out", "\(name).csr"] + make)
  }

  private func prepare(_ name: String) throws {
    let file = """
      [ca]
      default_ca = c
      [c]
      database = ./\(name).index
      serial = ./\(name).serial
      new_certs_dir = .
      certificate = ./\(name).pem
      private_key = ./\(name).key
      default_md = sha256
      unique_subject = no
      policy = p
      [p]
      commonName = supplied
      """
    try tool.write("\(name).cnf", Array(file.utf8))
    try tool.write("\(name).index", [])
    try tool.write("\(name).serial", Array("1000\n".utf8))
  }

  private func sign(
    _ name: String, by issuer: String, _ extensions: String, _ from: String, _ until: String, _ md: String,
    more: [String]
  ) throws -> [UInt8] {
    try tool.write("\(name).ext", Array("[e]\n\(extensions)\n".utf8))
    try tool.run(
      [
        "ca", "-batch", "-notext", "-config", "\(issuer).cnf", "-in", "\(name).csr", "-out", "\(name).pem",
        "-startdate", from, "-enddate", until, "-extfile", "\(name).ext", "-extensions", "e", "-md", md,
      ] + more)
    return try tool.read("\(name).pem")
  }
}
