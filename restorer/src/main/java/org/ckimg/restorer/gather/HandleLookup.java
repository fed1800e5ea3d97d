package org.ckimg.restorer.gather;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import org.ckimg.linux.proc.Fds;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;

/**
 * Where files are that have lost their path, by their handle. A handle passes by every folder's
 * rights and out of every root. So it only tells a name: it counts on mounts that the policy names,
 * when it is no wildcard, and when the file lies below the mount point after all; and what the
 * program gets is opened by that name, with its own rights.
 */
final class HandleLookup {
  private static final String DELETED = " (deleted)";

  /** {@code FILEID_INO32_GEN} of linux/exportfs.h: inode and generation, 4 bytes each. */
  private static final int INODE_32 = 1;

  /** XFS: inode of 8 bytes, generation of 4. */
  private static final int INODE_64 = 0x81;

  private HandleLookup() {}

  /** The path that the file has now, when all of that is so. */
  static Optional<Bytes> find(FileFacts file, List<String> mounts) {
    boolean linked = file.status().links().orElse(0) > 0;
    if (!linked || file.handle().isEmpty() || !hasGeneration(file.handle().get())) {
      return Optional.empty();
    }
    return mounts.stream()
        .flatMap(mount -> pathBelow(mount, file.handle().get()).stream())
        .findFirst();
  }

  /** Generation 0 fits any file of the inode, also a later one. */
  private static boolean hasGeneration(FileFacts.Handle handle) {
    ByteBuffer bytes = ByteBuffer.wrap(handle.bytes().toArray()).order(ByteOrder.LITTLE_ENDIAN);
    return switch (handle.type()) {
      case INODE_32 -> bytes.limit() == 8 && bytes.getInt(4) != 0;
      case INODE_64 -> bytes.limit() == 12 && bytes.getInt(8) != 0;
      default -> false;
    };
  }

  private static Optional<Bytes> pathBelow(String mount, FileFacts.Handle handle) {
    try {
      int root =
          FileCalls.open(mount, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC);
      try {
        int fd =
            FileCalls.openByHandle(
                root, new FileCalls.FileHandle(handle.type(), handle.bytes().toArray()));
        try {
          return below(mount, Bytes.of(Fds.link((int) ProcessHandle.current().pid(), fd)));
        } finally {
          FileCalls.close(fd);
        }
      } finally {
        FileCalls.close(root);
      }
    } catch (SyscallException e) {
      // No right, no such mount, or no such file there: it comes back with its recorded content.
      return Optional.empty();
    }
  }

  private static Optional<Bytes> below(String mount, Bytes path) {
    String folder = mount.endsWith("/") ? mount : mount + "/";
    return Optional.of(path).filter(p -> p.startsWith(folder) && !p.endsWith(DELETED));
  }
}
