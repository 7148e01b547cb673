import ControlAPI
import HTTPTypes
import Hummingbird
import NIOCore
import Roster

/// What answers the requests of a socket.
protocol Responder: Sendable {
  /// How long the head of a request may take, in seconds.
  var headSeconds: Int { get }
  var isExercise: Bool { get }

  /// How many connections this user may hold, of all that may be held; nil when it is not answered at all.
  func share(of caller: Caller, connections: Int) -> Int?

  /// Answers a request; nothing is thrown.
  func answer(_ request: Request, _ caller: Caller, _ channel: any Channel) async -> Response

  /// A problem as this interface writes it.
  func refusing(_ problem: Problem) -> Reply
}

extension Responder {
  /// In an exercise every answer says so, errors too, so that no screen can miss it.
  func marked(_ response: Response) -> Response {
    guard isExercise, let name = HTTPField.Name(ControlResponse.exerciseHeader) else { return response }
    var response = response
    response.headers[name] = "true"
    return response
  }
}

extension Routes: Responder {
  var headSeconds: Int { limits.head }
  var isExercise: Bool { office.roster.body.exercise }

  /// Nobody but root and the daemon's own user can take all connections there are.
  func share(of caller: Caller, connections: Int) -> Int? {
    rights.rights.isOwn(caller) ? Int.max : max(1, connections / 4)
  }

  func refusing(_ problem: Problem) -> Reply { .problem(problem) }
}

/// A socket and what answers on it.
struct Door: Sendable {
  /// A socket that systemd hands over, or one that is bound here.
  enum Listening: Sendable {
    case descriptor(CInt)
    case path(String)
  }

  let listening: Listening
  /// What to change when the place is no good: "--socket" or "exchange.socket".
  let setting: String
  let responder: any Responder
}
