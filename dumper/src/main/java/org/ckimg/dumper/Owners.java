package org.ckimg.dumper;

import static org.ckimg.linux.sys.NativeBytes.INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.spec.model.OpenFile;

/** Who gets SIGIO for a descriptor: F_GETOWN_EX of fcntl(2). */
final class Owners {
  private static final int F_GETOWN_EX = 16;

  private Owners() {}

  static Optional<OpenFile.Owner> read(int pidfd, int fd) throws IOException {
    int copy = ProcessCalls.getFd(pidfd, fd);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment owner = arena.allocate(8, 8);
      FileCalls.fcntl(copy, F_GETOWN_EX, owner.address());
      int id = owner.get(INT, 4);
      return id == 0 ? Optional.empty() : Optional.of(new OpenFile.Owner(owner.get(INT, 0), id));
    } finally {
      FileCalls.close(copy);
    }
  }
}
