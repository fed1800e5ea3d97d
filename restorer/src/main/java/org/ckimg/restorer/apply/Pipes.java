package org.ckimg.restorer.apply;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PipeState;

/**
 * Pipes and FIFOs that a process makes or opens. Both ends of one are there when the first is asked
 * for, so that no open(2) waits for somebody at the other end.
 */
final class Pipes {
  private static final int F_GETFL = 3;
  private static final int F_SETFL = 4;
  private static final int F_SETPIPE_SZ = 1031;
  private static final int O_DIRECT = 040000;

  /** What open(2) of a 64-bit program adds and pipe2(2) does not. */
  private static final int O_LARGEFILE = 0100000;

  /** Less than a workbench holds. */
  private static final int CHUNK = 64 << 10;

  private final Construction construction;
  private final Numbers numbers;
  private final Map<Integer, Ends> made = new HashMap<>();
  private final Set<Integer> given = new HashSet<>();

  /** Descriptors that it is read and written through; of a FIFO they are one. */
  private record Ends(int reader, int writer) {}

  Pipes(Construction construction) {
    this.construction = construction;
    this.numbers = new Numbers(construction);
  }

  /** The descriptor of an end, which gets its flags. */
  int end(OpenFile description) throws IOException {
    Ends ends = ends(description.file().orElseThrow());
    int access = description.flags() & FileCalls.O_ACCMODE;
    int fd = access == FileCalls.O_WRONLY ? ends.writer() : ends.reader();
    boolean ofPipe =
        description.type() == FdType.PIPE
            && access != FileCalls.O_RDWR
            && (description.flags() & O_LARGEFILE) == 0;
    if (!ofPipe || !given.add(fd)) {
      // Who opens a pipe again, by /dev/fd/N or /proc, gets a description of its own.
      FileFacts file = construction.checkpoint().file(description.file().getAsInt());
      int flags = access | FileCalls.O_NONBLOCK;
      fd = numbers.moveUp(RemoteFiles.reopen(construction, fd, flags, file.path()));
    }
    setFlags(fd, description.flags() & FileSteps.FLAGS);
    return fd;
  }

  private Ends ends(int file) throws IOException {
    Ends known = made.get(file);
    if (known == null) {
      FileFacts facts = construction.checkpoint().file(file);
      known = facts.path().startsWith("/") ? fifo(facts) : pipe();
      made.put(file, known);
    }
    return known;
  }

  private Ends pipe() throws IOException {
    long buffer = construction.workbench().put(new byte[2 * Integer.BYTES]);
    construction.check("pipe2", "", Sys.PIPE2, buffer, FileCalls.O_CLOEXEC);
    ByteBuffer raw =
        ByteBuffer.wrap(construction.workbench().get(2 * Integer.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    return new Ends(numbers.moveUp(raw.getInt(0)), numbers.moveUp(raw.getInt(4)));
  }

  /** Linux lets a FIFO be opened for both, which never waits, fifo(7). */
  private Ends fifo(FileFacts file) throws IOException {
    boolean found = construction.inheritance().hasFile(file.id());
    int source =
        found ? construction.inheritance().file(file.id()) : new LostFiles(construction).fifo(file);
    if (found) {
      new FifoGuard(construction).requireAlone(file, source);
    }
    int access =
        construction.site().onlyRead().contains(file.id()) ? FileCalls.O_RDONLY : FileCalls.O_RDWR;
    int flags = access | FileCalls.O_NONBLOCK;
    int fd = numbers.moveUp(RemoteFiles.reopen(construction, source, flags, file.path()));
    if (!found) {
      construction.check("fchmod", file.path().toString(), Sys.FCHMOD, fd, LostFiles.mode(file));
    }
    return new Ends(fd, fd);
  }

  /** Files that are open for reading alone, and have nothing in them as pipes. */
  static Set<Integer> onlyRead(Checkpoint checkpoint) {
    Set<Integer> read = new HashSet<>();
    Set<Integer> written = new HashSet<>();
    for (OpenFile open : checkpoint.descriptions()) {
      boolean reads = (open.flags() & FileCalls.O_ACCMODE) == FileCalls.O_RDONLY;
      open.file().ifPresent((reads ? read : written)::add);
    }
    checkpoint.pipes().stream()
        .filter(pipe -> pipe.queue().isPresent())
        .forEach(pipe -> written.add(pipe.file()));
    read.removeAll(written);
    return read;
  }

  private void setFlags(int fd, long flags) throws IOException {
    construction.check("fcntl(F_SETFL)", "pipe", Sys.FCNTL, fd, F_SETFL, flags);
  }

  /** Gives a pipe its capacity and its content; nothing waits for room. */
  void fill(PipeState pipe) throws IOException {
    int writer = ends(pipe.file()).writer();
    if (pipe.capacity().isPresent()) {
      int capacity = pipe.capacity().getAsInt();
      String detail = "capacity of %d bytes".formatted(capacity);
      construction.check("fcntl(F_SETPIPE_SZ)", detail, Sys.FCNTL, writer, F_SETPIPE_SZ, capacity);
    }
    if (pipe.queue().isEmpty()) {
      return;
    }
    long flags = construction.check("fcntl(F_GETFL)", "pipe", Sys.FCNTL, writer, F_GETFL);
    int packets = pipe.packets().isEmpty() ? 0 : O_DIRECT;
    setFlags(writer, FileCalls.O_NONBLOCK | packets);
    write(writer, pipe);
    setFlags(writer, flags);
  }

  private void write(int writer, PipeState pipe) throws IOException {
    byte[] content = construction.content(pipe.queue().getAsInt());
    int done = 0;
    for (int i = 0; done < content.length; i++) {
      int room = content.length - done;
      int length = pipe.packets().isEmpty() ? Math.min(CHUNK, room) : pipe.packets().get(i);
      long bytes = construction.workbench().put(Arrays.copyOfRange(content, done, done + length));
      long written =
          construction.check("write", "content of a pipe", Sys.WRITE, writer, bytes, length);
      if (written <= 0) {
        throw new IOException("a pipe takes less than was in it");
      }
      done += (int) written;
    }
  }
}
