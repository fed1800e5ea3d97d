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
 * Files that have no path any more, by their handle. A handle passes by every folder's rights and
 * out of every root, so it counts only on mounts that the policy names, only when it is no
 * wildcard, and only when the file it leads to lies below the mount point after all.
 */
final class HandleLookup {
  private static final String DELETED = " (deleted)";

  /** {@code FILEID_INO32_GEN} of linux/exportfs.h: inode and generation, 4 bytes each. */
  private static final int INODE_32 = 1;

  /** XFS: inode of 8 bytes, generation of 4. */
  private static final int INODE_64 = 0x81;

  private HandleLookup() {}

  /**
   * What a handle led to.
   *
   * @param fd O_PATH; the caller closes it
   * @param path that it has now
   */
  record Reopened(int fd, Bytes path) {}

  /** The file, when all of that is so. */
  static Optional<Reopened> find(FileFacts file, List<String> mounts) {
    boolean linked = file.status().isPresent() && file.status().get().links() > 0;
    if (!linked || file.handle().isEmpty() || !hasGeneration(file.handle().get())) {
      return Optional.empty();
    }
    return mounts.stream().flatMap(mount -> reopen(file, mount).stream()).findFirst();
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

  private static Optional<Reopened> reopen(FileFacts file, String mount) {
    try {
      int root =
          FileCalls.open(mount, FileCalls.O_RDONLY | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC);
      try {
        FileFacts.Handle handle = file.handle().orElseThrow();
        int fd =
            FileCalls.openByHandle(
                root, new FileCalls.FileHandle(handle.type(), handle.bytes().toArray()));
        return below(mount, fd);
      } finally {
        FileCalls.close(root);
      }
    } catch (SyscallException e) {
      // No right, no such mount, or no such file there: it comes back with its recorded content.
      return Optional.empty();
    }
  }

  private static Optional<Reopened> below(String mount, int fd) throws SyscallException {
    Bytes path = Bytes.of(Fds.link((int) ProcessHandle.current().pid(), fd));
    String folder = mount.endsWith("/") ? mount : mount + "/";
    if (path.startsWith(folder) && !path.endsWith(DELETED)) {
      return Optional.of(new Reopened(fd, path));
    }
    FileCalls.close(fd);
    return Optional.empty();
  }
}
