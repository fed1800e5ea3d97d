package org.ckimg.linux.proc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.ckimg.linux.sys.FileCalls;
import org.junit.jupiter.api.Test;

class MountsTest {
  @Test
  void deviceRootAndPlaceOfEachMount() {
    String text =
        """
        22 27 0:21 / /proc rw,relatime - proc proc rw
        36 35 98:3 /sub /mnt/two\\040words\\134 rw,noatime master:1 - ext3 /dev/root rw
        """;
    List<Mounts.Mount> mounts = Mounts.parse(text.getBytes(ISO_8859_1));
    assertEquals(List.of(21L, 98L << 32 | 3), mounts.stream().map(Mounts.Mount::device).toList());
    assertEquals(List.of(true, false), mounts.stream().map(Mounts.Mount::whole).toList());
    assertEquals("/proc", new String(mounts.getFirst().point(), ISO_8859_1));
    assertEquals("/mnt/two words\\", new String(mounts.getLast().point(), ISO_8859_1));
  }

  @Test
  void ownMountsHaveTheDevicesThatTheirFilesShow() throws Exception {
    long root = FileCalls.status("/proc/self".getBytes(ISO_8859_1)).device();
    assertTrue(
        Mounts.of((int) ProcessHandle.current().pid()).stream()
            .anyMatch(mount -> mount.device() == root));
  }
}
