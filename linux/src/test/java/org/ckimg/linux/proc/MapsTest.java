package org.ckimg.linux.proc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.SyscallException;
import org.junit.jupiter.api.Test;

class MapsTest {
  private static final int SELF = (int) ProcessHandle.current().pid();
  private static final String LINES =
      """
      00400000-00452000 r-xp 00001000 08:02 173521                             /usr/bin/a b
      7f2d87a25000-7f2d87a27000 rw-s ffffffff000 103:0010 18446744073709551615 /tmp/x\\012y (deleted)
      7f2d87b00000-7f2d87b01000 ---p 00000000 00:00 0\s
      7ffea8d46000-7ffea8d67000 rwxp 00000000 00:00 0                          [stack]
      ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]
      """;

  @Test
  void everyFieldOfALineIsRead() {
    List<Mapping> mappings = Maps.parse(LINES.getBytes(ISO_8859_1));
    assertEquals(5, mappings.size());
    Mapping program = mappings.get(0);
    assertEquals(0x400000, program.start());
    assertEquals(0x452000, program.end());
    assertEquals(5, program.protection());
    assertFalse(program.shared());
    assertEquals(0x1000, program.fileOffset());
    assertEquals(8L << 32 | 2, program.device());
    assertEquals(173521, program.inode());
    assertEquals("/usr/bin/a b", program.pathText());
  }

  @Test
  void aLineFeedInAPathIsRestored() {
    Mapping deleted = Maps.parse(LINES.getBytes(ISO_8859_1)).get(1);
    assertEquals("/tmp/x\ny (deleted)", deleted.pathText());
    assertTrue(deleted.shared());
    assertEquals(3, deleted.protection());
    assertEquals(0x103L << 32 | 0x10, deleted.device());
    assertEquals(-1, deleted.inode());
    assertEquals(0xffffffff000L, deleted.fileOffset());
  }

  @Test
  void namesOfTheKernelAndNone() {
    List<Mapping> mappings = Maps.parse(LINES.getBytes(ISO_8859_1));
    assertArrayEquals(new byte[0], mappings.get(2).path());
    assertEquals(0, mappings.get(2).protection());
    assertTrue(mappings.get(3).isNamed("[stack]"));
    assertEquals(7, mappings.get(3).protection());
    assertEquals(0xffffffffff600000L, mappings.get(4).start());
    assertEquals(4, mappings.get(4).protection());
  }

  @Test
  void otherBytesOfAPathStayAsTheyAre() {
    byte[] path = {'/', (byte) 0xff, '\\', '0', '1', (byte) 0x80};
    byte[] line = "1000-2000 r--p 00000000 00:01 7 ".getBytes(ISO_8859_1);
    byte[] text = new byte[line.length + path.length];
    System.arraycopy(line, 0, text, 0, line.length);
    System.arraycopy(path, 0, text, line.length, path.length);
    assertArrayEquals(path, Maps.parse(text).getFirst().path());
  }

  @Test
  void ownMappingsAscend() throws Exception {
    List<Mapping> mappings = Maps.read(SELF);
    long behind = 0;
    for (Mapping mapping : mappings) {
      assertTrue(Long.compareUnsigned(mapping.start(), behind) >= 0);
      assertTrue(Long.compareUnsigned(mapping.end(), mapping.start()) > 0);
      behind = mapping.end();
    }
    assertEquals(1, mappings.stream().filter(m -> m.isNamed("[stack]")).count());
    assertTrue(mappings.stream().anyMatch(m -> m.pathText().endsWith("/libjvm.so")));
  }

  @Test
  void flagsBelongToTheirMapping() {
    String text =
        """
        a0000000-a0001000 r-xp 00000000 08:02 17 /usr/bin/a
        Size:                  4 kB
        KernelPageSize:        4 kB
        FilePmdMapped:         0 kB
        VmFlags: rd ex mr mw me\s
        b0000000-b0002000 rw-p 00000000 00:00 0\s
        Size:                  8 kB
        VmFlags: rd wr gd ac\s
        """;
    assertEquals(
        List.of(
            new VmFlags(0xa0000000L, 0xa0001000L, Set.of("rd", "ex", "mr", "mw", "me")),
            new VmFlags(0xb0000000L, 0xb0002000L, Set.of("rd", "wr", "gd", "ac"))),
        Smaps.parse(text.getBytes(ISO_8859_1)));
  }

  @Test
  void theOwnStackGrowsDown() throws Exception {
    Mapping stack =
        Maps.read(SELF).stream().filter(m -> m.isNamed("[stack]")).findFirst().orElseThrow();
    VmFlags flags =
        Smaps.read(SELF).stream().filter(f -> f.end() == stack.end()).findFirst().orElseThrow();
    assertTrue(flags.flags().containsAll(Set.of("rd", "wr", "gd")));
  }

  @Test
  void aProcessThatIsNotThereIsNamed() {
    SyscallException e = assertThrows(SyscallException.class, () -> Maps.read(Integer.MAX_VALUE));
    assertEquals(Errno.ENOENT, e.errno());
    assertEquals("/proc/2147483647/maps", e.detail());
  }
}
