package org.ckimg.linux.proc;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.ckimg.linux.sys.FileCalls;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildIdTest {
  private static final byte[] ID = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
  private static final int NOTES = 176;

  @TempDir Path folder;

  /** A head, a segment that is loaded, and notes of which the second is the build id. */
  private static byte[] elf() {
    ByteBuffer file = ByteBuffer.allocate(NOTES + 60).order(ByteOrder.LITTLE_ENDIAN);
    file.put(0, new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1});
    file.putLong(32, 64).putShort(54, (short) 56).putShort(56, (short) 2);
    file.putInt(64, 1).putLong(64 + 32, 4096);
    file.putInt(120, 4).putLong(120 + 8, NOTES).putLong(120 + 32, 60).putLong(120 + 48, 4);
    file.putInt(NOTES, 4).putInt(NOTES + 4, 16).putInt(NOTES + 8, 1);
    file.put(NOTES + 12, new byte[] {'G', 'N', 'U', 0});
    file.putInt(NOTES + 32, 4).putInt(NOTES + 36, ID.length).putInt(NOTES + 40, 3);
    file.put(NOTES + 44, new byte[] {'G', 'N', 'U', 0}).put(NOTES + 48, ID);
    return file.array();
  }

  private Optional<byte[]> read(byte[] bytes) throws Exception {
    Path file = Files.write(folder.resolve("program"), bytes);
    int fd = FileCalls.open(file.toString(), FileCalls.O_RDONLY);
    try {
      return BuildId.read(fd);
    } finally {
      FileCalls.close(fd);
    }
  }

  @Test
  void isThatOfTheNote() throws Exception {
    assertArrayEquals(ID, read(elf()).orElseThrow());
  }

  @Test
  void whatIsNoProgramHasNone() throws Exception {
    assertTrue(read(new byte[0]).isEmpty());
    assertTrue(read("#!/bin/sh\n".getBytes()).isEmpty());
    byte[] other = elf();
    other[4] = 1;
    assertTrue(read(other).isEmpty());
  }

  @Test
  void aFileThatIsCutHasNone() throws Exception {
    for (int length = 0; length < NOTES + 60; length++) {
      assertTrue(read(Arrays.copyOf(elf(), length)).isEmpty(), "" + length);
    }
  }

  @Test
  void whateverIsInItItIsReadToAnEnd() throws Exception {
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      byte[] bytes = elf();
      for (int change = random.nextInt(1, 5); change > 0; change--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(-2, 3);
      }
      Optional<byte[]> id = read(bytes);
      assertTrue(id.isEmpty() || id.get().length <= BuildId.MAX_BYTES);
    }
  }
}
