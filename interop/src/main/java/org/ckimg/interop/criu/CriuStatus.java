package org.ckimg.interop.criu;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.criu.proto.FilePermissions;
import org.ckimg.interop.criu.proto.GhostFile;
import org.ckimg.interop.criu.proto.MemfdInode;
import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.interop.criu.proto.UnixSocket;
import org.ckimg.spec.model.FileFacts;

/** The little of stat(2) that CRIU keeps of a file; which it is depends on what the file is. */
final class CriuStatus {
  private static final long SECOND = 1_000_000_000;
  private static final long MICRO = 1_000;

  private CriuStatus() {}

  /** Of a file with a path: mode and size. */
  static FileFacts.Status of(RegFile file) {
    return status(
        file.hasMode() ? OptionalInt.of(file.getMode()) : OptionalInt.empty(),
        Optional.empty(),
        file.hasSize() ? OptionalLong.of(file.getSize()) : OptionalLong.empty(),
        OptionalLong.empty());
  }

  /** Of one without a path: all that it needs to be made again. */
  static FileFacts.Status of(GhostReader.Ghost ghost) {
    GhostFile file = ghost.entry().message();
    return status(
        file.hasMode() ? OptionalInt.of(file.getMode()) : OptionalInt.empty(),
        file.hasUid() && file.hasGid()
            ? Optional.of(new FileFacts.Owner(file.getUid(), file.getGid()))
            : Optional.empty(),
        ghost
            .content()
            .map(content -> OptionalLong.of(content.length()))
            .orElse(OptionalLong.empty()),
        file.getMtim().hasSec()
            ? OptionalLong.of(file.getMtim().getSec() * SECOND + file.getMtim().getUsec() * MICRO)
            : OptionalLong.empty());
  }

  /** Of the file that a socket is bound to. */
  static FileFacts.Status of(UnixSocket socket) {
    FilePermissions file = socket.getFilePerms();
    return status(
        file.hasMode() ? OptionalInt.of(file.getMode()) : OptionalInt.empty(),
        file.hasUid() && file.hasGid()
            ? Optional.of(new FileFacts.Owner(file.getUid(), file.getGid()))
            : Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  /** Of memory that has the form of a file. */
  static FileFacts.Status of(MemfdInode file) {
    return status(
        file.hasMode() ? OptionalInt.of(file.getMode()) : OptionalInt.empty(),
        file.hasUid() && file.hasGid()
            ? Optional.of(new FileFacts.Owner(file.getUid(), file.getGid()))
            : Optional.empty(),
        file.hasSize() ? OptionalLong.of(file.getSize()) : OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static FileFacts.Status status(
      OptionalInt mode,
      Optional<FileFacts.Owner> owner,
      OptionalLong length,
      OptionalLong mtimeNanos) {
    return new FileFacts.Status(
        mode,
        OptionalInt.empty(),
        owner,
        length,
        OptionalLong.empty(),
        mtimeNanos,
        OptionalLong.empty(),
        OptionalLong.empty());
  }
}
