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
final class MadeSegments {
  private static final int IPC_CREAT = 01000;
  private static final int IPC_EXCL = 02000;
  private static final int IPC_RMID = 0;
  private static final int SHM_RDONLY = 010000;
  private static final String NEXT_ID = "/proc/sys/kernel/shm_next_id";

  private final List<Integer> made = new ArrayList<>();
  private final Map<Integer, Integer> ids = new HashMap<>();

  /** Attaches the whole segment at an address, readable and writable. */
  long attach(Construction process, SharedSegment segment, long address) throws IOException {
    boolean left = process.host().ipc().segments().stream().anyMatch(segment::is);
    int id = left ? segment.id() : make(process, segment);
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

  private int make(Construction process, SharedSegment segment) throws IOException {
    if (process.host().caller().mayChoosePid()) {
      chooseId(segment.id());
    }
    int flags = IPC_CREAT | IPC_EXCL | segment.permissions();
    String detail = "segment %d of %d bytes".formatted(segment.id(), segment.bytes());
    int id =
        (int) process.check("shmget", detail, Sys.SHMGET, segment.key(), segment.bytes(), flags);
    made.add(id);
    if (id != segment.id() && !segment.isRemoved()) {
      throw new IOException("System V segment %d came back as %d".formatted(segment.id(), id));
    }
    return id;
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

  /** Removes what was made; nobody has it attached any more. */
  void undo(Exception cause) {
    for (int id : made) {
      try {
        Syscalls.check("shmctl", Syscalls.call(Sys.SHMCTL, id, IPC_RMID, 0), "segment " + id);
      } catch (SyscallException e) {
        cause.addSuppressed(e);
      }
    }
  }
}
