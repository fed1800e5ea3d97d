package org.ckimg.tools.policy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.proc.Status;
import org.ckimg.linux.sys.Accounts;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.tools.cli.SystemRefusal;
import org.ckimg.tools.cli.UsageException;

/**
 * The policy of the system, /etc/ckimg/policy.toml. It counts only as a regular file of root that
 * nobody else can write; anything else there is an error and not "no policy".
 */
public final class SystemPolicy {
  private static final String PLACE = "etc/ckimg/policy.toml";
  private static final int ROOT = 0;
  private static final int GROUP_OR_OTHERS_WRITE = 022;

  private final Path root;
  private final int owner;

  /** For tests: another root directory, and who must own the file in it. */
  SystemPolicy(Path root, int owner) {
    this.root = root;
    this.owner = owner;
  }

  /** That of this host. */
  public static SystemPolicy ofThisHost() {
    return new SystemPolicy(Path.of("/"), ROOT);
  }

  /**
   * The policy; empty when there is none.
   *
   * @throws SystemRefusal when there is something that cannot count as one
   */
  public Optional<PolicySource> read() throws IOException {
    Optional<byte[]> content = content();
    try {
      return content.map(toml -> PolicyFile.parse(file(), toml, true));
    } catch (UsageException e) {
      throw new SystemRefusal(e.getMessage() + "; root must repair it", null);
    }
  }

  /**
   * Lets the caller pass.
   *
   * @throws SystemRefusal when the policy says who may dump and restore, and does not name them
   */
  public void admit() throws IOException {
    Optional<PolicySource> policy = read();
    if (policy.isPresent()) {
      admit(policy.get(), caller());
    }
  }

  /** Lets a caller pass under a policy that was read before. */
  void admit(PolicySource policy, Who.Caller caller) throws IOException {
    if (policy.who().isPresent() && !policy.who().get().names(caller, new Accounts(root))) {
      throw new SystemRefusal(
          "%s names who may dump, run and restore, and neither uid %s nor a group of it"
              .formatted(file(), Integer.toUnsignedString(caller.uid())),
          null);
    }
  }

  /** Whose process this is. */
  static Who.Caller caller() throws IOException {
    Status status = Status.read((int) ProcessHandle.current().pid());
    Set<Integer> groups = new HashSet<>(status.groups());
    groups.add(status.gids()[0]);
    return new Who.Caller(status.uids()[0], groups);
  }

  private String file() {
    return root.resolve(PLACE).toString();
  }

  private Optional<byte[]> content() throws IOException {
    int flags =
        FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY;
    int fd;
    try {
      byte[] path = file().getBytes(StandardCharsets.UTF_8);
      fd = FileCalls.openResolved(path, flags, FileCalls.RESOLVE_NO_SYMLINKS);
    } catch (SyscallException e) {
      if (e.errno() == Errno.ENOENT) {
        return Optional.empty();
      }
      throw e.errno() == Errno.ELOOP
          ? new SystemRefusal(file() + ": is reached through a symbolic link, and is not used", e)
          : e;
    }
    try {
      requireTrusted(FileCalls.status(fd));
      return Optional.of(bytes(fd));
    } finally {
      FileCalls.close(fd);
    }
  }

  private void requireTrusted(FileStatus status) throws SystemRefusal {
    boolean writable = (status.mode() & GROUP_OR_OTHERS_WRITE) != 0;
    if (!status.isRegular() || status.uid() != owner || writable) {
      throw new SystemRefusal(
          "%s: the system's policy must be a regular file of root that nobody else can write; this is of uid %s, mode %06o"
              .formatted(file(), Integer.toUnsignedString(status.uid()), status.mode()),
          null);
    }
  }

  /** One byte more than is allowed, where there is so much: the parser refuses it then. */
  private static byte[] bytes(int fd) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(PolicyFile.MAX_BYTES + 1L);
      long length = 0;
      long read;
      do {
        read = FileCalls.read(fd, buffer.asSlice(length));
        length += read;
      } while (read > 0 && length < buffer.byteSize());
      return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
    }
  }
}
