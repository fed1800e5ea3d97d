package org.ckimg.tools.memory;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.FileSource;
import org.ckimg.linux.proc.VdsoImage;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.RangeHash;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Vdso;
import org.ckimg.tools.decode.References;
import org.ckimg.tools.elf.Elf;
import org.ckimg.tools.input.Subject;

/**
 * Files of this host that an image names, each shown by the image's digests, or else by the build
 * id of an ELF file, to be the one that the program had mapped: an image names any path it likes.
 * For one thread.
 */
public final class ProvenFiles implements HostFiles, Closeable {
  private static final int READING =
      FileCalls.O_RDONLY | FileCalls.O_CLOEXEC | FileCalls.O_NONBLOCK | FileCalls.O_NOCTTY;

  /** How often as many bytes as the file has are hashed: its ranges may overlap a little. */
  private static final int MOST_HASHED = 4;

  private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

  private final Subject subject;
  private final Checkpoint checkpoint;
  private final RangeHash hash = new RangeHash();
  private final Map<Integer, Optional<ByteSource>> known = new HashMap<>();
  private Optional<byte[]> vdso;

  /** For the files of {@code subject}. */
  public ProvenFiles(Subject subject) {
    this.subject = subject;
    this.checkpoint = subject.checkpoint();
  }

  @Override
  public Optional<ByteSource> find(int file) throws IOException {
    Optional<ByteSource> source = known.get(file);
    if (source == null) {
      Optional<FileFacts> facts = References.file(checkpoint, OptionalInt.of(file));
      source = LINUX && facts.isPresent() ? open(facts.get()) : Optional.empty();
      known.put(file, source);
    }
    return source;
  }

  @Override
  public Optional<byte[]> vdso() throws IOException {
    if (vdso == null) {
      vdso = checkpoint.host().vdso().isPresent() && LINUX ? ownVdso() : Optional.empty();
    }
    return vdso;
  }

  private Optional<byte[]> ownVdso() {
    Optional<Digest> wanted = checkpoint.host().vdso().map(Vdso::digest);
    try {
      VdsoImage own = VdsoImage.read((int) ProcessHandle.current().pid());
      return wanted.equals(Optional.of(Digest.of(own.digest())))
          ? Optional.of(own.pages())
          : Optional.empty();
    } catch (IOException _) {
      // A kernel may have none.
      return Optional.empty();
    }
  }

  private Optional<ByteSource> open(FileFacts file) throws IOException {
    if (file.deleted() || !file.path().startsWith("/")) {
      return Optional.empty();
    }
    Evidence evidence = Evidence.of(subject, file);
    return evidence.isAny() ? open(file.path(), evidence) : Optional.empty();
  }

  private Optional<ByteSource> open(Bytes path, Evidence evidence) throws IOException {
    try {
      byte[] name = path.toArray();
      // To open what is no file could do something, such as winding a tape.
      if (!FileCalls.status(name).isRegular()) {
        return Optional.empty();
      }
      // The kernel showed a path without symbolic links; what has one now is another file.
      int fd = FileCalls.openResolved(name, READING, FileCalls.RESOLVE_NO_SYMLINKS);
      try {
        return isSame(fd, evidence) ? keep(path, fd, evidence) : Optional.empty();
      } finally {
        FileCalls.close(fd);
      }
    } catch (SyscallException _) {
      return Optional.empty();
    }
  }

  private boolean isSame(int fd, Evidence evidence) throws SyscallException {
    FileCalls.FileStatus status = FileCalls.status(fd);
    int shift = checkpoint.host().pageShift();
    long budget = status.length() * MOST_HASHED;
    for (Evidence.Range range : evidence.ranges()) {
      if (range.page() > status.length() >>> shift || budget < 0 || !status.isRegular()) {
        return false;
      }
      long start = range.page() << shift;
      long length = Math.min(status.length() - start, range.numPages() << shift);
      budget -= length;
      if (!range.digest().equals(Digest.of(hash.of(fd, start, length)))) {
        return false;
      }
    }
    return status.isRegular();
  }

  private Optional<ByteSource> keep(Bytes path, int fd, Evidence evidence) throws IOException {
    FileChannel channel = FileChannel.open(Path.of("/proc/self/fd/" + fd), StandardOpenOption.READ);
    ByteSource source = new FileSource(path.toString(), channel);
    if (!evidence.ranges().isEmpty() || hasBuildId(source, evidence)) {
      return Optional.of(source);
    }
    source.close();
    return Optional.empty();
  }

  private static boolean hasBuildId(ByteSource source, Evidence evidence) throws IOException {
    Optional<Elf> elf = Elf.read(source);
    Optional<Bytes> id = elf.isPresent() ? elf.get().buildId() : Optional.empty();
    return id.isPresent() && evidence.buildIds().equals(Set.of(id.get()));
  }

  @Override
  public void close() throws IOException {
    hash.close();
    for (Optional<ByteSource> source : known.values()) {
      if (source.isPresent()) {
        source.get().close();
      }
    }
  }
}
