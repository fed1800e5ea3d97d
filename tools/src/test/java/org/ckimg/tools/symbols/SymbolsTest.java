package org.ckimg.tools.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.zip.CRC32;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.TestProcess;
import org.ckimg.tools.elf.TestElf;
import org.ckimg.tools.input.Subject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SymbolsTest {
  private static final int PAGE = TestProcess.PAGE;
  private static final long BASE = 0x7f0000000000L;
  private static final long CODE = BASE + 0x1000;

  @TempDir Path folder;

  private interface Question<T> {
    T ask(Symbols symbols) throws IOException;
  }

  private <T> T ask(Subject subject, Question<T> question) throws IOException {
    try (Symbolizer symbolizer = Symbolizer.of(subject, folder.resolve("debug"))) {
      return question.ask(symbolizer.symbols(TestProcess.process(subject)));
    }
  }

  private String at(Subject subject, long address) throws IOException {
    return ask(subject, symbols -> symbols.at(address).map(Place::toString).orElse("nothing"));
  }

  /** A process that has this file mapped; the image has none of its pages. */
  private Subject mapping(byte[] file) throws Exception {
    Path path = Files.write(folder.toRealPath().resolve("program"), file);
    TestProcess process = new TestProcess();
    int id = process.file(path.toString());
    return process
        .map(BASE, PAGE, Vma.READ, id, 0, digest(Arrays.copyOf(file, PAGE)))
        .map(
            CODE,
            PAGE,
            Vma.READ | Vma.EXECUTE,
            id,
            1,
            digest(Arrays.copyOfRange(file, PAGE, 2 * PAGE)))
        .subject();
  }

  private static Digest digest(byte[] bytes) throws Exception {
    return Digest.of(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  @Test
  void aPlaceInAFileOfThisHostHasItsName() throws Exception {
    Subject subject = mapping(new TestElf().function("work", 0x1010, 32).bytes());
    assertEquals("work+0x3", at(subject, CODE + 0x13));
    assertEquals(folder.toRealPath() + "/program+0x1800", at(subject, CODE + 0x800));
    assertEquals("nothing", at(subject, 0x1000));
  }

  @Test
  void aNameHasItsPlace() throws Exception {
    Subject subject = mapping(new TestElf().function("work", 0x1010, 32).bytes());
    assertEquals(OptionalLong.of(CODE + 0x10), ask(subject, s -> s.address("work")));
    assertEquals(OptionalLong.of(CODE + 0x18), ask(subject, s -> s.address("work+8")));
    assertEquals(OptionalLong.of(CODE + 0x20), ask(subject, s -> s.address("program!work+0x10")));
    assertEquals(OptionalLong.empty(), ask(subject, s -> s.address("other!work")));
    assertEquals(OptionalLong.empty(), ask(subject, s -> s.address("works")));
  }

  @Test
  void aFileThatHasChangedNamesNothing() throws Exception {
    Subject subject = mapping(new TestElf().function("work", 0x1010, 32).bytes());
    Files.write(folder.resolve("program"), new TestElf().function("other", 0x1010, 32).bytes());
    assertEquals(folder.toRealPath() + "/program+0x1013", at(subject, CODE + 0x13));
  }

  @Test
  void whatWasStrippedComesFromTheDebugFileOfTheBuildId() throws Exception {
    Path debug = folder.resolve("debug/.build-id/01/02030405060708.debug");
    Files.createDirectories(debug.getParent());
    Files.write(debug, new TestElf().function("hidden", 0x1010, 32).bytes());
    Subject subject = mapping(new TestElf().dynamic().function("shown", 0x1100, 32).bytes());
    assertEquals("hidden+0x0", at(subject, CODE + 0x10));
    assertEquals("shown+0x0", at(subject, CODE + 0x100));
    Files.write(
        debug, new TestElf().buildId(new byte[] {7}).function("hidden", 0x1010, 32).bytes());
    assertEquals(folder.toRealPath() + "/program+0x1010", at(subject, CODE + 0x10));
  }

  /** Beside the file, below it, or where a distribution puts it; its checksum must be right. */
  @ParameterizedTest
  @ValueSource(strings = {"program.debug", ".debug/program.debug", "debug%s/program.debug"})
  void whatWasStrippedComesFromTheDebugFileThatItNames(String place) throws Exception {
    byte[] debug = new TestElf().function("hidden", 0x1010, 32).bytes();
    CRC32 crc = new CRC32();
    crc.update(debug);
    Path file = folder.resolve(place.formatted(folder.toRealPath()));
    Files.createDirectories(file.getParent());
    Files.write(file, debug);
    Subject subject =
        mapping(new TestElf().debugLink("program.debug", (int) crc.getValue()).bytes());
    assertEquals("hidden+0x0", at(subject, CODE + 0x10));
    debug[debug.length - 1]++;
    Files.write(file, debug);
    assertEquals(folder.toRealPath() + "/program+0x1010", at(subject, CODE + 0x10));
  }

  /** Where only memory is left, a loader's tables in it still name places. */
  @Test
  void memoryOfAFileThatIsGoneNamesPlaces() throws Exception {
    ByteBuffer file =
        ByteBuffer.wrap(new TestElf().function("gone", 0x1010, 32).bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    // PT_DYNAMIC in place of the last program header; its table lies at 0x1800, hashes at 0x1900.
    file.putInt(64 + 3 * 56, 2).putLong(64 + 3 * 56 + 16, 0x1800);
    long[] dynamic = {4, 0x1900, 5, 0xc00, 6, 0x800 - 24, 10, 64, 0, 0};
    for (int i = 0; i < dynamic.length; i++) {
      file.putLong(0x1800 + i * Long.BYTES, dynamic[i]);
    }
    file.putInt(0x1900, 1).putInt(0x1904, 2);
    TestProcess process = new TestProcess();
    int id = process.file("/there/is/no/such/file");
    Subject subject =
        process
            .map(BASE, PAGE, Vma.READ, id, 0, null)
            .map(CODE, PAGE, Vma.READ | Vma.EXECUTE, id, 1, null)
            .put(BASE, file.array())
            .subject();
    assertEquals("gone+0x1", at(subject, CODE + 0x11));
    assertEquals(OptionalLong.of(CODE + 0x10), ask(subject, s -> s.address("gone")));
  }
}
