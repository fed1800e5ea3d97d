package org.ckimg.interop.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;
import org.ckimg.testkit.CoreFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read of a core is written, and read again as it was. */
class CoreRoundTripTest {
  private static final int PAGE = 4096;
  private static final int MANY = 70_000;

  private static byte[] write(Checkpoint checkpoint) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    CoreWriter.write(
        checkpoint,
        checkpoint.processes().getFirst(),
        vma -> Optional.empty(),
        Channels.newChannel(out));
    return out.toByteArray();
  }

  private static byte[] memory(Checkpoint checkpoint) throws IOException {
    PageRuns runs = checkpoint.memory().pages(SegmentMemory.OBJECT);
    byte[] all = new byte[Math.toIntExact(runs.numPages()) * PAGE];
    long[] before = runs.before();
    for (int run = 0; run < runs.size(); run++) {
      checkpoint
          .memory()
          .read(
              SegmentMemory.OBJECT,
              runs.first(run),
              (int) runs.count(run),
              MemorySegment.ofArray(all).asSlice(before[run] * PAGE));
    }
    return all;
  }

  private static void assertSame(Checkpoint expected, Checkpoint found) throws IOException {
    ProcessState a = expected.processes().getFirst();
    ProcessState b = found.processes().getFirst();
    assertEquals(a.ids(), b.ids());
    assertEquals(a.state(), b.state());
    assertEquals(a.cmdline(), b.cmdline());
    assertEquals(a.environ(), b.environ());
    assertEquals(a.auxv(), b.auxv());
    assertEquals(a.threads().stream().map(CoreRoundTripTest::asWritten).toList(), b.threads());
    assertEquals(expected.host().machine(), found.host().machine());
    assertEquals(expected.host().xcr0(), found.host().xcr0());
    assertEquals(expected.host().vdso(), found.host().vdso());
    assertEquals(expected.memory().pages(1), found.memory().pages(1));
    assertArrayEquals(memory(expected), memory(found));
  }

  /** Extended registers stand where debuggers look for them. */
  private static ThreadState asWritten(ThreadState thread) {
    List<Regset> regsets =
        thread.regsets().stream()
            .map(set ->
                set.noteType() == Regset.NT_X86_XSTATE
                    ? new Regset(set.noteType(), ProcessNotes.forDebuggers(set.data()))
                    : set)
            .toList();
    return thread.withRegsets(regsets);
  }

  @ParameterizedTest
  @EnumSource
  void sample(CoreSample sample) throws IOException {
    byte[] core = sample.bytes();
    try (ForeignImage image = CoreSample.open(core)) {
      Checkpoint checkpoint = image.checkpoint();
      assertTrue(image.complete());
      assertEquals(sample.fact("pid"), checkpoint.processes().getFirst().pid());
      assertEquals(2, checkpoint.processes().getFirst().threads().size());
      byte[] again = write(checkpoint);
      try (ForeignImage read = CoreSample.open(again)) {
        assertSame(checkpoint, read.checkpoint());
        assertEquals(vmas(checkpoint), vmas(read.checkpoint()));
        assertArrayEquals(again, write(read.checkpoint()), "written twice");
      }
    }
  }

  private static List<String> vmas(Checkpoint checkpoint) {
    return checkpoint.processes().getFirst().vmas().stream()
        .map(vma ->
            "%x %x %d %s"
                .formatted(
                    vma.firstPage(),
                    vma.numPages(),
                    vma.protection(),
                    vma.file().isPresent() ? checkpoint.file(vma.file().getAsInt()).path() : ""))
        .toList();
  }

  /** PN_XNUM: more segments than the header can count. */
  @Test
  void seventyThousandSegments() throws IOException {
    CoreFile file = CoreFile.sound();
    byte[] content = new byte[PAGE];
    for (int i = 0; i < MANY; i++) {
      content[0] = (byte) i;
      boolean stored = i % 1000 == 0;
      file.segment(
          0x7f0000000000L + 2L * i * PAGE,
          i % 2 * 2 + 4,
          PAGE,
          stored ? content.clone() : new byte[0]);
    }
    byte[] core = file.build();
    try (ForeignImage image = CoreSample.open(core)) {
      assertTrue(image.complete());
      List<Vma> vmas = image.checkpoint().processes().getFirst().vmas();
      assertEquals(MANY + 1, vmas.size());
      assertEquals(Vma.READ | Vma.WRITE, vmas.getLast().protection());
      byte[] again = write(image.checkpoint());
      ByteBuffer words = ByteBuffer.wrap(again).order(ByteOrder.LITTLE_ENDIAN);
      assertEquals((short) 0xffff, words.getShort(56), "e_phnum is PN_XNUM");
      assertEquals(MANY + 2, words.getInt((int) words.getLong(40) + 44), "sh_info counts");
      try (ForeignImage read = CoreSample.open(again)) {
        assertSame(image.checkpoint(), read.checkpoint());
      }
      // The section header is at the very end: what a cut takes first.
      byte[] cut = Arrays.copyOf(core, core.length - 64);
      try (ForeignImage read = CoreSample.open(cut)) {
        assertEquals(MANY + 1, read.checkpoint().processes().getFirst().vmas().size());
      }
    }
  }

  /** Every segment begins at a multiple of the page size and is as long as its header says. */
  @Test
  void segmentsArePadded() throws IOException {
    byte[] short1 = {1, 2, 3};
    byte[] core = CoreFile.sound().segment(0x500000, 6, 2 * PAGE, short1).build();
    try (ForeignImage image = CoreSample.open(core)) {
      byte[] again = write(image.checkpoint());
      ElfFile file = ElfFile.read(new org.ckimg.interop.MemorySource("core", again));
      long end = 0;
      for (ProgramHeader program : file.programs()) {
        if (program.type() == ProgramHeader.LOAD) {
          assertEquals(0, program.offset() % PAGE);
          assertEquals(0, program.fileBytes() % PAGE);
          end = Math.max(end, program.offset() + program.fileBytes());
        }
      }
      assertEquals(end, again.length);
      try (ForeignImage read = CoreSample.open(again)) {
        byte[] memory = memory(read.checkpoint());
        assertArrayEquals(short1, Arrays.copyOfRange(memory, PAGE, PAGE + 3));
      }
    }
  }

  /** A machine of other byte order and other registers: they stay what they are. */
  @Test
  void otherMachines() throws IOException {
    byte[] status = new byte[504];
    status[35] = 77;
    for (int i = 0; i < 384; i++) {
      status[112 + i] = (byte) i;
    }
    CoreFile file =
        new CoreFile(ByteOrder.BIG_ENDIAN, 21)
            .note("CORE", 1, status)
            .note("LINUX", 0x100, new byte[] {1, 2, 3, 4})
            .segment(0x10000000, 4, PAGE, new byte[PAGE]);
    try (ForeignImage image = CoreSample.open(file.build())) {
      assertEquals(77, image.checkpoint().processes().getFirst().pid());
      assertTrue(image.checkpoint().host().bigEndian());
      byte[] again = write(image.checkpoint());
      try (ForeignImage read = CoreSample.open(again)) {
        assertEquals(
            image.checkpoint().processes().getFirst().threads(),
            read.checkpoint().processes().getFirst().threads());
      }
    }
  }
}
