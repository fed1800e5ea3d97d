package org.ckimg.restorer.gather;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.tree.MemoryFiles;
import org.ckimg.restorer.tree.Openers;
import org.ckimg.restorer.tree.ProcFiles;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Credentials;
import org.ckimg.spec.model.FileFacts;

/**
 * Opens every file of an image as O_PATH, with the ids of whoever will open it in earnest. A path
 * that the kernel told has no symbolic link in it, so none is followed; and none leads out of the
 * root.
 */
final class FileGatherer implements AutoCloseable {
  private static final int RESOLVE =
      FileCalls.RESOLVE_NO_SYMLINKS | FileCalls.RESOLVE_NO_MAGICLINKS | FileCalls.RESOLVE_BENEATH;

  private final Checkpoint checkpoint;
  private final Policy policy;
  private final Openers openers;
  private final ProcFiles kernels;
  private final List<Integer> opened;
  private final Map<Credentials, FileIdentity> identities = new HashMap<>();
  private final int root;

  /**
   * Opens nothing yet.
   *
   * @param opened descriptors are added to it; the caller closes them
   */
  FileGatherer(Checkpoint checkpoint, Policy policy, List<Integer> opened) throws IOException {
    this.checkpoint = checkpoint;
    this.policy = policy;
    this.openers = Openers.of(checkpoint);
    this.kernels = ProcFiles.of(checkpoint);
    this.opened = opened;
    this.root = FileCalls.open("/", FileCalls.O_PATH | FileCalls.O_DIRECTORY | FileCalls.O_CLOEXEC);
  }

  /** What became of each file, by id. */
  Map<Integer, FileLookup> lookUp() throws IOException {
    Map<Integer, FileLookup> found = new HashMap<>();
    for (FileFacts file : checkpoint.files()) {
      found.put(file.id(), lookUp(file));
    }
    return found;
  }

  private FileLookup lookUp(FileFacts file) throws IOException {
    boolean named =
        file.path().startsWith("/")
            && !MemoryFiles.isNamed(file)
            && !MemoryFiles.isSegment(file)
            && kernels.path(file.id()).isEmpty();
    if (!named) {
      return new FileLookup.NotLookedFor();
    }
    if (!file.deleted()) {
      return lookUp(file, file.path(), Optional.empty());
    }
    Optional<Bytes> moved = HandleLookup.find(file, policy.files().handles());
    if (moved.isPresent()
        && lookUp(file, moved.get(), moved) instanceof FileLookup.Found found
        && isSame(file, found.file())) {
      return found;
    }
    return lookUp(file, folder(file.path()), Optional.empty())
            instanceof FileLookup.Found(OpenedFile folder, var _)
        ? new FileLookup.Nameless(folder)
        : new FileLookup.NotLookedFor();
  }

  private static boolean isSame(FileFacts file, OpenedFile here) {
    return file.inode().isPresent()
        && file.inode().get().number() == here.status().inode()
        && file.inode().get().device() == here.status().device();
  }

  private static Bytes folder(Bytes path) {
    byte[] bytes = path.toArray();
    int end = bytes.length;
    while (end > 1 && bytes[end - 1] != '/') {
      end--;
    }
    return Bytes.of(Arrays.copyOf(bytes, Math.max(1, end - 1)));
  }

  /**
   * Looked for by everybody who will open it: it must be there for all, with the rights of each.
   */
  private FileLookup lookUp(FileFacts file, Bytes path, Optional<Bytes> moved) throws IOException {
    Optional<OpenedFile> all = Optional.empty();
    for (Credentials who : users(file)) {
      OpenedFile one;
      try {
        one = identity(who).call(() -> open(path.toArray(), file.buildId().isPresent()));
      } catch (SyscallException e) {
        return new FileLookup.Missing(e);
      }
      all = Optional.of(all.map(other -> other.and(one)).orElse(one));
    }
    return all.<FileLookup>map(here -> new FileLookup.Found(here, moved))
        .orElseGet(FileLookup.NotLookedFor::new);
  }

  private Set<Credentials> users(FileFacts file) {
    return openers.of(file.id()).stream()
        .flatMap(process -> process.credentials().stream())
        .collect(Collectors.toSet());
  }

  private FileIdentity identity(Credentials who) throws IOException {
    FileIdentity known = identities.get(who);
    if (known == null) {
      known = FileIdentity.of(who);
      identities.put(who, known);
    }
    return known;
  }

  private OpenedFile open(byte[] path, boolean isBuilt) throws SyscallException {
    byte[] belowRoot =
        path.length == 1 ? new byte[] {'.'} : Arrays.copyOfRange(path, 1, path.length);
    int flags = FileCalls.O_PATH | FileCalls.O_CLOEXEC;
    int fd = FileCalls.openResolved(root, belowRoot, flags, RESOLVE);
    opened.add(fd);
    OpenedFile file =
        new OpenedFile(
            fd,
            FileCalls.status(fd),
            FileCalls.filesystem(fd),
            handle(fd),
            FileCalls.isAccessible(fd, FileCalls.R_OK),
            FileCalls.isAccessible(fd, FileCalls.W_OK),
            FileCalls.isAccessible(fd, FileCalls.X_OK),
            Optional.empty());
    return isBuilt && file.readable() && file.isData() ? file.withBuildId() : file;
  }

  private static Optional<FileCalls.FileHandle> handle(int fd) throws SyscallException {
    try {
      return Optional.of(FileCalls.handle(fd));
    } catch (SyscallException e) {
      if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EOVERFLOW) {
        return Optional.empty();
      }
      throw e;
    }
  }

  @Override
  public void close() {
    FileCalls.close(root);
    new ArrayList<>(identities.values()).forEach(FileIdentity::close);
  }
}
