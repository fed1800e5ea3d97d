package org.ckimg.tools.elf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;
import org.junit.jupiter.api.Test;

class ElfTest {
  private static Optional<Elf> read(byte[] file) throws IOException {
    return Elf.read(TestElf.source(file));
  }

  @Test
  void headersAreFound() throws IOException {
    Elf elf = read(new TestElf().function("main", 0x1010, 16).bytes()).orElseThrow();
    assertEquals(
        Optional.of(
            Bytes.of(
                (byte) 1, (byte) 2, (byte) 3, (byte) 4, (byte) 5, (byte) 6, (byte) 7, (byte) 8)),
        elf.buildId());
    assertEquals(0x1000, elf.section(".text").orElseThrow().address());
    assertEquals(Optional.empty(), elf.section(".data"));
    assertEquals(0x1000, elf.segment(0x1fff).orElseThrow().address());
    assertEquals(Optional.empty(), elf.segment(0x2000));
  }

  @Test
  void pagesOfTheFileHaveAddresses() throws IOException {
    Elf elf = read(new TestElf().bytes()).orElseThrow();
    assertEquals(OptionalLong.of(0), elf.address(0, false, TestElf.PAGE));
    assertEquals(OptionalLong.of(0x1000), elf.address(0x1000, true, TestElf.PAGE));
    assertEquals(OptionalLong.of(0x1000), elf.address(0x1000, false, TestElf.PAGE));
    assertEquals(OptionalLong.empty(), elf.address(0x2000, true, TestElf.PAGE));
  }

  @Test
  void whatIsNoElfFileIsNone() throws IOException {
    assertEquals(Optional.empty(), read(new byte[0]));
    assertEquals(Optional.empty(), read(new byte[4096]));
  }

  /** A file of others may say anything: it is read or it is not, and nothing else happens. */
  @Test
  void everyCutAndEveryBitIsSurvived() throws IOException {
    byte[] file = new TestElf().function("main", 0x1010, 16).bytes();
    int read = 0;
    for (int length = 0; length <= 0x1000; length += 8) {
      read += look(Arrays.copyOf(file, length)) ? 1 : 0;
    }
    for (int bit = 0; bit < 0x1000 * 8; bit++) {
      byte[] changed = file.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      read += look(changed) ? 1 : 0;
    }
    assertTrue(read > 1000, read + " were read");
  }

  private static boolean look(byte[] file) throws IOException {
    Optional<Elf> elf = read(file);
    if (elf.isPresent()) {
      elf.get().buildId();
      elf.get().section(".text");
      elf.get().segment(0x1000);
      elf.get().address(0x1000, true, TestElf.PAGE);
    }
    return elf.isPresent();
  }
}
