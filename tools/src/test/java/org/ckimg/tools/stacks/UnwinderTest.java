package org.ckimg.tools.stacks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.TestProcess;
import org.ckimg.tools.elf.TestElf;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.stacks.Backtrace.End;
import org.ckimg.tools.symbols.Symbolizer;
import org.junit.jupiter.api.Test;

/**
 * Frames that were laid by hand, by the System V ABI of x86-64: {@code leaf} pushed rbx, {@code
 * middle} has 32 bytes, of {@code start} the return address is said to be undefined.
 */
class UnwinderTest {
  private static final int PAGE = TestProcess.PAGE;
  private static final long BASE = 0x7f0000000000L;
  private static final long LEAF = BASE + 0x1100;
  private static final long MIDDLE = BASE + 0x1200;
  private static final long START = BASE + 0x1300;
  private static final long BARE = BASE + 0x1500;
  private static final long STACK = 0x7ffc00000000L;
  private static final int FRAMES = 0x600;
  private static final int HEADER = 0x700;

  /** {@code call} of five bytes in front of each return address. */
  private static void call(ByteBuffer file, long returnAddress) {
    file.put((int) (returnAddress - BASE) - 5, (byte) 0xe8);
  }

  private static ByteBuffer file() {
    ByteBuffer file =
        ByteBuffer.wrap(
                new TestElf()
                    .function("leaf", 0x1100, 32)
                    .function("middle", 0x1200, 32)
                    .function("start", 0x1300, 32)
                    .framesHeader(HEADER)
                    .bytes())
            .order(ByteOrder.LITTLE_ENDIAN);
    Cfi cfi = new Cfi(file);
    cfi.common();
    // DW_CFA_advance_loc 1, DW_CFA_def_cfa_offset 16, DW_CFA_offset rbx at CFA - 16
    cfi.entry(0x1100, 32, 0x41, 0x0e, 16, 0x83, 2);
    cfi.entry(0x1200, 32, 0x0e, 40);
    cfi.entry(0x1300, 32, 0x07, 16);
    cfi.table();
    return file;
  }

  /** Writes call frame information as the Linux Standard Base has it, section 10.6. */
  private static final class Cfi {
    private final ByteBuffer file;
    private final List<int[]> rows = new ArrayList<>();

    Cfi(ByteBuffer file) {
      this.file = file.position(FRAMES);
    }

    void common() {
      // Version 1, "zR", code 1, data -8, return address 16, pointers relative, of 4 bytes.
      byte[] content = {1, 'z', 'R', 0, 1, 0x78, 16, 1, 0x1b, 0x0c, 7, 8, (byte) 0x90, 1, 0, 0};
      file.putInt(4 + content.length).putInt(0).put(content);
    }

    void entry(int start, int length, int... instructions) {
      int at = file.position();
      rows.add(new int[] {start, at});
      file.putInt(4 + 4 + 4 + 1 + instructions.length).putInt(at + 4 - FRAMES);
      file.putInt(start - file.position()).putInt(length).put((byte) 0);
      for (int instruction : instructions) {
        file.put((byte) instruction);
      }
    }

    void table() {
      file.putInt(0).position(HEADER);
      file.put(new byte[] {1, 0x1b, 3, 0x3b});
      file.putInt(FRAMES - file.position()).putInt(rows.size());
      rows.forEach(row -> file.putInt(row[0] - HEADER).putInt(row[1] - HEADER));
      file.rewind();
    }
  }

  private static TestProcess process(ByteBuffer file) {
    call(file, MIDDLE + 8);
    call(file, START + 8);
    call(file, BARE + 8);
    TestProcess process = new TestProcess();
    int id = process.file("/there/is/no/such/file");
    return process
        .map(BASE, PAGE, Vma.READ, id, 0, null)
        .map(BASE + PAGE, PAGE, Vma.READ | Vma.EXECUTE, id, 1, null)
        .map(STACK, 2 * PAGE, Vma.READ | Vma.WRITE)
        .put(BASE, file.array());
  }

  private static Backtrace backtrace(TestProcess process) throws IOException {
    Subject subject = process.subject();
    try (Symbolizer symbolizer = Symbolizer.of(subject)) {
      return new Unwinder(
              TestProcess.process(subject), symbolizer.symbols(TestProcess.process(subject)))
          .backtrace(TestProcess.process(subject).leader());
    }
  }

  private static String text(Backtrace trace) {
    return trace.frames().stream()
        .map(f -> f.trust() + " 0x" + Long.toHexString(f.address() - BASE))
        .collect(Collectors.joining(", ", "", ": " + trace.end()));
  }

  @Test
  void callFrameInformationLeadsToTheStart() throws IOException {
    TestProcess process =
        process(file())
            .words(STACK, 5, MIDDLE + 8)
            .words(STACK + 16 + 32, START + 8)
            .thread(Map.of("rip", LEAF + 1, "rsp", STACK));
    assertEquals("registers 0x1101, cfi 0x1208, cfi 0x1308: outermost", text(backtrace(process)));
  }

  /** In front of its push the function's frame is smaller. */
  @Test
  void rulesHoldFromTheirAddressOn() throws IOException {
    TestProcess process =
        process(file())
            .words(STACK, MIDDLE + 8)
            .words(STACK + 8 + 32, START + 8)
            .thread(Map.of("rip", LEAF, "rsp", STACK));
    assertEquals("registers 0x1100, cfi 0x1208, cfi 0x1308: outermost", text(backtrace(process)));
  }

  @Test
  void framePointersLeadThroughCodeWithoutInformation() throws IOException {
    TestProcess process =
        process(file())
            .words(STACK + 64, 0, START + 8)
            .thread(Map.of("rip", BARE, "rsp", STACK, "rbp", STACK + 64));
    assertEquals("registers 0x1500, frame-pointer 0x1308: outermost", text(backtrace(process)));
  }

  @Test
  void aWordThatIsBehindACallIsAGuess() throws IOException {
    TestProcess process =
        process(file())
            .words(STACK + 24, START + 9, START + 8)
            .thread(Map.of("rip", BARE, "rsp", STACK));
    assertEquals("registers 0x1500, guess 0x1308: outermost", text(backtrace(process)));
  }

  @Test
  void whatNothingTellsIsLost() throws IOException {
    TestProcess process = process(file()).thread(Map.of("rip", BARE, "rsp", STACK));
    assertEquals("registers 0x1500: lost", text(backtrace(process)));
    TestProcess nowhere = process(file()).thread(Map.of("rip", LEAF + 1, "rsp", 0x5000L));
    assertEquals("registers 0x1101: lost", text(backtrace(nowhere)));
  }

  @Test
  void aSignalHandlerReturnsToWhatWasInterrupted() throws IOException {
    byte[] restorer = {0x48, (byte) 0xc7, (byte) 0xc0, 15, 0, 0, 0, 0x0f, 0x05};
    long context = STACK + PAGE;
    long[] registers = new long[17];
    registers[15] = STACK + 16;
    registers[16] = LEAF + 1;
    TestProcess process =
        process(file())
            .put(BASE + 0x1700, restorer)
            .words(context - 40, 5, BASE + 0x1700)
            .words(context - 24 + 40, registers)
            .words(STACK + 16, 5, MIDDLE + 8)
            .words(STACK + 32 + 32, START + 8)
            .thread(Map.of("rip", LEAF + 1, "rsp", context - 40));
    Backtrace trace = backtrace(process);
    assertEquals(
        "registers 0x1101, cfi 0x1700, signal 0x1101, cfi 0x1208, cfi 0x1308: outermost",
        text(trace));
    assertEquals(
        List.of(false, true, false, false, false),
        trace.frames().stream().map(Frame::signalFrame).toList());
  }

  /** A chain that leads back to itself must end. */
  @Test
  void stacksThatDoNotGoUpEnd() throws IOException {
    TestProcess process =
        process(file())
            .words(STACK + 64, STACK + 64, START + 8)
            .thread(Map.of("rip", BARE, "rsp", STACK, "rbp", STACK + 64));
    Backtrace trace = backtrace(process);
    assertTrue(trace.frames().size() < 5, text(trace));
  }

  @Test
  void deepRecursionIsCut() throws IOException {
    ByteBuffer file = file();
    TestProcess process = process(file).map(STACK + 2 * PAGE, 1000 * PAGE, Vma.READ | Vma.WRITE);
    for (int i = 0; i < 5000; i++) {
      process.words(STACK + 16 + 32 + i * 40L, MIDDLE + 8);
    }
    process.words(STACK, 5, MIDDLE + 8).thread(Map.of("rip", LEAF + 1, "rsp", STACK));
    Backtrace trace = backtrace(process);
    assertEquals(End.LIMIT, trace.end());
    assertEquals(4096, trace.frames().size());
  }

  /** Call frame information of others may say anything. */
  @Test
  void changedInformationIsSurvived() throws IOException {
    Random random = new Random(7);
    int whole = 0;
    for (int i = 0; i < 3000; i++) {
      ByteBuffer file = file();
      for (int change = 0; change < 3; change++) {
        file.put(FRAMES + random.nextInt(0x180), (byte) random.nextInt());
      }
      TestProcess process =
          process(file)
              .words(STACK, 5, MIDDLE + 8)
              .words(STACK + 16 + 32, START + 8)
              .thread(Map.of("rip", LEAF + 1, "rsp", STACK));
      whole += backtrace(process).end() == End.OUTERMOST ? 1 : 0;
    }
    assertTrue(whole > 0 && whole < 3000, whole + " led to the start");
  }
}
