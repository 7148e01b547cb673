import COSE

/// What a sealed payload belongs to: it opens under this statement, this payload id and this media type only.
public struct SealContext: Hashable, Sendable {
  public let issuer: String
  public let recordID: RecordID
  public let payloadID: String
  public let mediaType: String

  public init(issuer: String, recordID: RecordID, payloadID: String, mediaType: String) {
    self.issuer = issuer
    self.recordID = recordID
    self.payloadID = payloadID
    self.mediaType = mediaType
  }

  /// The context of one entry of an event's `sealed` list.
  public init(issuer: String, recordID: RecordID, of reference: SealedReference) {
    self.init(issuer: issuer, recordID: recordID, payloadID: reference.id, mediaType: reference.mediaType)
  }

  /// external_aad: CBOR ["amana-seal-1", iss, record_id, payload_id, media type], and of one chunk of several its
  /// index from 0 and whether it is the last.
  func externalAAD(chunk: (index: UInt64, isLast: Bool)?) -> [UInt8] {
    var encoder = CBOREncoder()
    encoder.arrayHead(chunk == nil ? 5 : 7)
    encoder.text("amana-seal-1")
    encoder.text(issuer)
    encoder.byteString(recordID.bytes)
    encoder.text(payloadID)
    encoder.text(mediaType)
    if let chunk {
      encoder.item(.unsigned(chunk.index))
      encoder.item(.bool(chunk.isLast))
    }
    return encoder.bytes
  }
}
