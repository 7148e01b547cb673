import COSE
import ControlAPI
import Custody
import Foundation
import OpenSSL
import Roster

/// Why a roster's text was refused, with the place.
struct RefusedDocument: Error, CustomStringConvertible {
  let description: String

  init(_ path: String, _ why: String) { description = "\(path) \(why)" }
  init(_ description: String) { self.description = description }
}

/// A roster as text that people review: its fields as JSON, keys and digests in hexadecimal, times by the calendar, and
/// beside each key the kid that follows from it. Body and text say the same: each is made of the other without loss.
struct RosterDocument {
  static let maximumByteCount = 64 << 20

  let body: RosterBody

  init(_ body: RosterBody) { self.body = body }

  /// - Parameter filling: fields that are set whatever the text says.
  init(text bytes: [UInt8], filling: [String: JSONValue] = [:]) throws(RefusedDocument) {
    let value: JSONValue
    do { value = try StrictJSON.decode(JSONValue.self, from: bytes) } catch let error as RefusedJSON {
      throw RefusedDocument(error.description)
    } catch let error as DecodingError where !error.place.isEmpty {
      throw RefusedDocument("roster\(error.place)", "is no text, whole number, true, false, null, list or object")
    } catch {
      throw RefusedDocument("roster", "is no JSON")
    }
    guard case .object(let fields) = value else { throw RefusedDocument("roster", "is no object") }
    let item = try RosterText.item(.object(fields.merging(filling) { $1 }), field: "", path: "roster")
    do { body = try RosterBody(decoding: item.encoded()[...]) } catch {
      throw error.reason == .unknownField
        ? RefusedDocument(error.detail, "is no field of a roster") : RefusedDocument(error.detail)
    }
  }

  /// Sorted, one field a line; the same body always has the same text.
  func text() throws -> [UInt8] { try RosterText.value(CBOR.decode(body.encoded()), field: "").pretty() }
}

extension DecodingError {
  /// Where it happened, as ".authorities[0].uri".
  fileprivate var place: String {
    let context: Context? =
      switch self {
      case .dataCorrupted(let context), .keyNotFound(_, let context), .typeMismatch(_, let context),
        .valueNotFound(_, let context):
        context
      @unknown default: nil
      }
    return (context?.codingPath ?? []).map { key in key.intValue.map { "[\($0)]" } ?? ".\(key.stringValue)" }.joined()
  }
}
