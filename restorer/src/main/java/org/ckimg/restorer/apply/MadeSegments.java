package org.ckimg.restorer.apply;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.restorer.tree.SharedSegment;

/** Segments of System V shared memory: the old ones where they are left, else new ones. */
final class MadeSegments implements AutoCloseable {
  private static final int IPC_CREAT = 01000;
  private static final int IPC_EXCL = 02000;
  private static final int IPC_PRIVATE = 0;
  private static final int IPC_RMID = 0;
  private static final int SHM_RDONLY = 010000;
  private static final String NEXT_ID = "/proc/sys/kernel/shm_next_id";

  private final List<Integer> made = new ArrayList<>();
  private final Map<Integer, Integer> ids = new HashMap<>();

  /** By object. */
  private final Map<Integer, LeftSegment> left = new HashMap<>();

  /** Attaches the whole segment at an address, readable and writable. */
  long attach(Construction process, SharedSegment segment, long address) throws IOException {
    boolean isLeft = process.host().ipc().segments().stream().anyMatch(segment::is);
    int id = isLeft ? take(segment) : make(process, segment);
    ids.put(segment.object(), id);
    long at = process.check("shmat", "System V segment " + id, Sys.SHMAT, id, address, 0);
    if (segment.isRemoved()) {
      process.check("shmctl(IPC_RMID)", "segment " + id, Sys.SHMCTL, id, IPC_RMID, 0);
      made.remove(Integer.valueOf(id));
    }
    return at;
  }

  /** Attaches it once more, as it cannot be made writable. */
  void attachReadOnly(Construction process, int object, long address) throws IOException {
    int id = ids.get(object);
    process.check("shmat", "segment " + id, Sys.SHMAT, id, address, SHM_RDONLY);
  }

  /** True when there is something in it that need not be what the program had there. */
  boolean isLeft(int object) {
    return left.containsKey(object);
  }

  /** Gives one that is left what the program had in it. */
  void fillLeft(int object, Site site) throws IOException {
    left.get(object).fill(site);
  }

  private int take(SharedSegment segment) throws IOException {
    LeftSegment.requireAttached(segment, 0);
    left.put(segment.object(), LeftSegment.of(segment));
    return segment.id();
  }

  private int make(Construction process, SharedSegment segment) throws IOException {
    boolean chosen = process.host().caller().mayChoosePid();
    if (chosen) {
      chooseId(segment.id());
    }
    int id;
    try {
      id = get(process, segment);
    } catch (IOException | RuntimeException e) {
      if (chosen) {
        forgetId(e);
      }
      throw e;
    }
    made.add(id);
    if (id != segment.id() && !segment.isRemoved()) {
      throw new IOException("System V segment %d came back as %d".formatted(segment.id(), id));
    }
    return id;
  }

  private static int get(Construction process, SharedSegment segment) throws IOException {
    int flags = IPC_CREAT | IPC_EXCL | segment.permissions();
    String detail = "segment %d of %d bytes".formatted(segment.id(), segment.bytes());
    return (int) process.check("shmget", detail, Sys.SHMGET, segment.key(), segment.bytes(), flags);
  }

  /** The kernel gives this id to the next segment that anybody makes. */
  private static void chooseId(int id) throws SyscallException {
    int fd = FileCalls.open(NEXT_ID, FileCalls.O_WRONLY | FileCalls.O_CLOEXEC);
    try (Arena arena = Arena.ofConfined()) {
      byte[] text = Integer.toString(id).getBytes(StandardCharsets.US_ASCII);
      FileCalls.write(fd, NativeBytes.copyOf(arena, text).asSlice(0, text.length));
    } finally {
      FileCalls.close(fd);
    }
  }

  /**
   * Nobody else gets an id that was chosen in vain. The kernel takes no other one back than by
   * giving it to somebody, sysctl/kernel.rst: to a segment that is removed at once.
   */
  private static void forgetId(Throwable cause) {
    long id = Syscalls.call(Sys.SHMGET, IPC_PRIVATE, 1, IPC_CREAT);
    try {
      remove((int) Syscalls.check("shmget", id, "the id that the next segment gets stays chosen"));
    } catch (SyscallException e) {
      cause.addSuppressed(e);
    }
  }

  private static void remove(int id) throws SyscallException {
    Syscalls.check("shmctl", Syscalls.call(Sys.SHMCTL, id, IPC_RMID, 0), "segment " + id);
  }

  /** Nobody has attached them any more: removes what was made, and puts back what was left. */
  void undo(Throwable cause) {
    for (int id : made) {
      try {
        remove(id);
      } catch (SyscallException e) {
        cause.addSuppressed(e);
      }
    }
    left.values().forEach(segment -> segment.undo(cause));
  }

  @Override
  public void close() {
    left.values().forEach(LeftSegment::close);
  }
}
