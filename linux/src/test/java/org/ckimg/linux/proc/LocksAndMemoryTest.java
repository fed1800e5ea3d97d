package org.ckimg.linux.proc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ckimg.linux.proc.FdInfo.Lock;
import org.junit.jupiter.api.Test;

class LocksAndMemoryTest {
  @Test
  void whoeverWaitsHasNoLock() {
    String text =
        """
        1: POSIX  ADVISORY  WRITE 371 fe:00:2237547 0 9
        1: -> POSIX  ADVISORY  WRITE 372 fe:00:2237547 0 9
        2: FLOCK  ADVISORY  READ  9 00:2a:12 0 EOF
        """;
    assertEquals(
        List.of(
            new Lock(Lock.Kind.POSIX, true, 371, 0xfeL << 32, 2237547, 0, 9),
            new Lock(Lock.Kind.FLOCK, false, 9, 0x2a, 12, 0, -1)),
        FileLocks.parse(text.getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void memoryAndSwapAreInBytes() throws IOException {
    String text = "MemTotal:        2048 kB\nMemFree:  7 kB\nSwapTotal:        1024 kB\n";
    assertEquals(
        new MemInfo(2 << 20, 1 << 20), MemInfo.parse(text.getBytes(StandardCharsets.US_ASCII)));
    assertTrue(MemInfo.read().total() > 1 << 20);
  }
}
