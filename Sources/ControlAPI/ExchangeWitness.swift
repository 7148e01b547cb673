public import COSE
public import Roster

/// What to ask of a witness (C2SP tlog-witness): to cosign our newest checkpoint.
public struct WitnessAsk: ExchangeMessage, Hashable {
  /// Of the checkpoint.
  public let size: UInt64
  /// The body of add-checkpoint, handed on as it is.
  public let body: [UInt8]

  public init(size: UInt64, body: [UInt8]) {
    self.size = size
    self.body = body
  }

  public var item: CBOR { .map(["size": .unsigned(size), "body": .bytes(body)]) }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    size = try fields.uint("size")
    body = try fields.bytes("body", maximum: 1 << 17)
  }
}

/// What a witness answered.
public struct CosignatureReport: ExchangeMessage, Hashable {
  public let peer: AuthorityName
  /// Of the checkpoint that it was asked to cosign.
  public let size: UInt64
  /// Signature lines, as they came.
  public let answer: [UInt8]

  public init(peer: AuthorityName, size: UInt64, answer: [UInt8]) {
    self.peer = peer
    self.size = size
    self.answer = answer
  }

  public var item: CBOR {
    .map(["peer": .text(peer.description), "size": .unsigned(size), "answer": .bytes(answer)])
  }

  public init(_ fields: inout FieldReader) throws(DecodeError) {
    peer = try Self.authority("peer", &fields)
    size = try fields.uint("size")
    answer = try fields.bytes("answer", maximum: 1 << 16)
  }
}
