import Foundation
import NIOCore
import NIOPosix

/// Tells when the reader of our standard output is gone, although nothing is written: whoever follows events may have
/// nothing to say for hours.
public enum PipeReader {
  /// Returns at once; nothing is done when standard output is no pipe.
  public static func whenGone(_ act: @escaping @Sendable () -> Void) async {
    let path = "/proc/self/fd/1"
    let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path)
    // Opened anew, so that its being non-blocking does not make ours so.
    guard target?.hasPrefix("pipe:") == true, let handle = FileHandle(forWritingAtPath: path) else { return }
    let channel = try? await NIOPipeBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .takingOwnershipOfDescriptor(output: handle.fileDescriptor).get()
    guard let channel else { return }
    channel.closeFuture.whenComplete { _ in
      // The channel has closed the descriptor; the handle only kept its number.
      withExtendedLifetime(handle) { act() }
    }
  }
}
