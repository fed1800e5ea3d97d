package org.ckimg.interop.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.ImageException;
import org.ckimg.testkit.CoreFile;
import org.junit.jupiter.api.Test;

/** Each rule, broken. */
class CoreRuleTest {
  private static final int PAGE = 4096;
  private static final int FIRST_SEGMENT = CoreFile.HEADER + CoreFile.PROGRAM;
  private static final int NOTES = CoreFile.HEADER + 2 * CoreFile.PROGRAM;

  /** A sound core with some bytes overwritten. */
  private static byte[] with(UnaryOperator<ByteBuffer> lie) {
    byte[] core = CoreFile.sound().build();
    lie.apply(ByteBuffer.wrap(core).order(ByteOrder.LITTLE_ENDIAN));
    return core;
  }

  private static CoreFile bare() {
    return new CoreFile(ByteOrder.LITTLE_ENDIAN, 62);
  }

  private static final Map<CoreRule, List<byte[]>> LIES =
      new EnumMap<>(
          Map.ofEntries(
              Map.entry(
                  CoreRule.HEADER,
                  List.of(
                      with(core -> core.put(4, (byte) 3)),
                      with(core -> core.put(5, (byte) 0)),
                      with(core -> core.put(6, (byte) 2)),
                      with(core -> core.putShort(54, (short) 57)),
                      Arrays.copyOf(CoreFile.sound().build(), 63))),
              Map.entry(CoreRule.CLASS, List.of(with(core -> core.put(4, (byte) 1)))),
              Map.entry(
                  CoreRule.SYSTEM,
                  List.of(CoreFile.sound().note("FreeBSD", 8, new byte[4]).build())),
              Map.entry(
                  CoreRule.HEADERS,
                  List.of(
                      with(core -> core.putShort(56, (short) 0)),
                      with(core -> core.putLong(32, 0)),
                      with(core -> core.putLong(32, 1 << 20)),
                      with(core -> core.putInt(CoreFile.HEADER, 1)))),
              Map.entry(
                  CoreRule.SEGMENT,
                  List.of(
                      with(core -> core.putLong(FIRST_SEGMENT + 16, 0x400010)),
                      with(core -> core.putLong(FIRST_SEGMENT + 40, PAGE / 2)),
                      with(core -> core.putLong(FIRST_SEGMENT + 40, -1)),
                      with(core -> core.putLong(FIRST_SEGMENT + 8, -1)),
                      with(core -> core.putLong(FIRST_SEGMENT + 16, -PAGE)))),
              Map.entry(
                  CoreRule.OVERLAP,
                  List.of(
                      CoreFile.sound().segment(0x400000, 6, PAGE, new byte[PAGE]).build(),
                      CoreFile.sound().segment(0x3ff000, 6, 2 * PAGE, new byte[0]).build())),
              Map.entry(
                  CoreRule.BYTES,
                  List.of(shared(CoreFile.sound().segment(0x500000, 6, PAGE, new byte[PAGE])))),
              Map.entry(
                  CoreRule.NOTE,
                  List.of(
                      with(core -> core.putInt(NOTES, -1)),
                      with(core -> core.putInt(NOTES + 4, 1 << 20)),
                      with(core -> core.putLong(CoreFile.HEADER + 32, -1)))),
              Map.entry(
                  CoreRule.THREAD,
                  List.of(
                      bare().info(7, "none").build(),
                      bare().status(0, 0).build(),
                      bare().status(-5, 0).build(),
                      CoreFile.sound().status(700, 0).build())),
              Map.entry(
                  CoreRule.STATUS,
                  List.of(
                      bare().note("CORE", 1, new byte[335]).build(),
                      bare().note("CORE", 1, new byte[0]).build())),
              Map.entry(
                  CoreRule.FILES,
                  List.of(
                      CoreFile.sound().files(2, new long[] {PAGE, 2 * PAGE, 0}, "/a").build(),
                      CoreFile.sound().files(1L << 40, new long[0]).build(),
                      CoreFile.sound().files(-1, new long[0]).build(),
                      CoreFile.sound().files(1, new long[] {PAGE + 1, 2 * PAGE, 0}, "/a").build(),
                      CoreFile.sound().files(1, new long[] {2 * PAGE, PAGE, 0}, "/a").build(),
                      CoreFile.sound()
                          .files(2, new long[] {0, 2 * PAGE, 0, PAGE, 3 * PAGE, 0}, "/a", "/b")
                          .build())),
              Map.entry(
                  CoreRule.AUXV, List.of(CoreFile.sound().note("CORE", 6, new byte[24]).build())),
              Map.entry(CoreRule.LIMIT, List.of(endless()))));

  /** Two segments with the same bytes, and more of them than the file has. */
  private static byte[] shared(CoreFile file) {
    byte[] core = file.build();
    ByteBuffer words = ByteBuffer.wrap(core).order(ByteOrder.LITTLE_ENDIAN);
    for (int program = 1; program <= 2; program++) {
      int at = CoreFile.HEADER + program * CoreFile.PROGRAM;
      words.putLong(at + 8, 0).putLong(at + 32, core.length).putLong(at + 40, 1 << 16);
    }
    return core;
  }

  /** Two million program headers, says a section header. */
  private static byte[] endless() {
    byte[] sound = CoreFile.sound().build();
    byte[] core = Arrays.copyOf(sound, sound.length + 64);
    ByteBuffer.wrap(core)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(40, sound.length)
        .putShort(56, (short) 0xffff)
        .putInt(sound.length + 44, 1 << 21);
    return core;
  }

  @Test
  void eachLieIsFoundByItsRule() {
    LIES.forEach((rule, lies) -> {
      for (int i = 0; i < lies.size(); i++) {
        byte[] lie = lies.get(i);
        ImageException thrown =
            assertThrows(ImageException.class, () -> CoreSample.open(lie), rule + " " + i);
        assertEquals(rule, thrown.finding().rule(), thrown.getMessage());
      }
    });
    // Only the end of a file that shrinks while it is open is left: see below.
    assertEquals(CoreRule.values().length - 1, LIES.size());
  }

  @Test
  void fileThatShrinksIsNoticed() throws IOException {
    byte[] core = CoreFile.sound().build();
    ByteSource shrinking =
        new ByteSource() {
          @Override
          public String name() {
            return "core";
          }

          @Override
          public long length() {
            return core.length;
          }

          @Override
          public int read(long offset, ByteBuffer into) {
            int there = core.length - PAGE / 2;
            int count = (int) Math.min(into.remaining(), Math.max(0, there - offset));
            into.put(core, (int) offset, count);
            return count;
          }

          @Override
          public void close() {}
        };
    try (ForeignImage image = CoreImages.open(shrinking)) {
      MemorySegment page = MemorySegment.ofArray(new byte[PAGE]);
      ImageException thrown =
          assertThrows(
              ImageException.class, () -> image.checkpoint().memory().read(1, 0x400, 1, page));
      assertEquals(CoreRule.END, thrown.finding().rule());
    }
  }

  @Test
  void readmeListsTheRules() throws IOException {
    List<String> listed =
        Files.readAllLines(Path.of("README.md")).stream()
            .filter(line -> line.startsWith("| CK-COR-"))
            .toList();
    List<String> known =
        Arrays.stream(CoreRule.values())
            .map(rule -> "| %s | %s |".formatted(rule.id(), rule.sentence()))
            .toList();
    assertEquals(known, listed);
  }
}
