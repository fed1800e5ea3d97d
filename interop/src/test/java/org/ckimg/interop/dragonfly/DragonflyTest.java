package org.ckimg.interop.dragonfly;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.ckimg.interop.Annexes;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.ForeignImages;
import org.ckimg.interop.MemorySource;
import org.ckimg.interop.core.CoreImages;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Timer;
import org.ckimg.spec.model.Vma;
import org.ckimg.testkit.dragonfly.CheckpointBuilder;
import org.ckimg.testkit.dragonfly.CheckpointFile;
import org.ckimg.testkit.dragonfly.Checkpoints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a checkpoint of DragonFly says, field by field. */
class DragonflyTest {
  private static final String DATA =
      "handle:[00002211.00003344 08000000dea1000001000000000000000000ffee]";
  private static final String TEXT =
      "handle:[00002211.00003344 08000000beb1000001000000000000000000ffee]";

  @TempDir private Path folder;

  private static ForeignImage open(byte[] file) throws IOException {
    return DragonflyImages.open(new MemorySource("victim.ckpt", file));
  }

  private static ForeignImage open(CheckpointBuilder builder) throws IOException {
    return open(builder.build().build());
  }

  @Test
  void theHostIsDragonfly() throws IOException {
    try (ForeignImage image = open(Checkpoints.process())) {
      Host host = image.checkpoint().host();
      assertEquals(Host.DRAGONFLY, host.system());
      assertEquals(Host.X86_64, host.machine());
      assertEquals(4096, host.pageSize());
      assertTrue(host.kernelRelease().isEmpty());
      assertEquals("dragonfly", image.format());
      assertTrue(image.checkpoint().partial());
      assertEquals(
          "[{release=400000, signal=33, data-pages=3, text-pages=2, data-at=0x600000,"
              + " text-at=0x400000}]",
          Annexes.rows(image, "dragonfly").toString());
    }
  }

  @Test
  void threadsHaveTheirRegisters() throws IOException {
    CheckpointBuilder builder = Checkpoints.process().thread(7, 0x20).thread(5, 0x10);
    for (CheckpointBuilder each : List.of(builder, Checkpoints.process().thread(7, 0x20).wide())) {
      try (ForeignImage image = open(each)) {
        List<ThreadState> threads = image.checkpoint().processes().getFirst().threads();
        assertEquals(1, threads.getFirst().tid());
        assertEquals(Bytes.utf8("victim"), threads.getFirst().comm().orElseThrow());
        assertEquals(0x4000_0001, (int) threads.getFirst().blocked().getAsLong());
        assertRegisters(0x7000_0000_0000L, threads.getFirst());
        ThreadState last = threads.getLast();
        assertEquals(7, last.tid());
        assertRegisters(0x20, last);
        assertTrue(last.comm().isEmpty() && last.blocked().isEmpty());
        assertEquals(512, last.regset(2).orElseThrow().length());
        assertEquals(0x7f, last.regset(2).orElseThrow().at(0));
      }
    }
  }

  private static void assertRegisters(long seed, ThreadState thread) {
    Bytes registers = thread.regset(Regset.NT_PRSTATUS).orElseThrow();
    assertEquals(200, registers.length());
    ByteBuffer words = ByteBuffer.wrap(registers.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < 25; i++) {
      assertEquals(seed + i, words.getLong(8 * i));
    }
  }

  @Test
  void mappingsAreJoinedWithMemory() throws IOException {
    try (ForeignImage image = open(Checkpoints.process())) {
      List<Vma> vmas = image.checkpoint().processes().getFirst().vmas();
      assertEquals(
          List.of(
              vma(Vma.Kind.FILE, 0x400, 2, 5, false, OptionalInt.of(2)),
              vma(Vma.Kind.ANONYMOUS, 0x600, 1, 3, true, OptionalInt.empty()),
              vma(Vma.Kind.FILE, 0x601, 1, 3, true, OptionalInt.of(1)),
              vma(Vma.Kind.ANONYMOUS, 0x7fff_ffff_0L, 2, 3, true, OptionalInt.empty())),
          vmas);
      for (int page = 0; page < 2; page++) {
        byte[] bytes = new byte[4096];
        image.checkpoint().memory().read(1, 0x600 + page, 1, MemorySegment.ofArray(bytes));
        assertArrayEquals(Checkpoints.page(page + 1), bytes);
      }
    }
  }

  private static Vma vma(
      Vma.Kind kind, long first, long count, int protection, boolean stored, OptionalInt file) {
    return new Vma(
        kind,
        first,
        count,
        protection,
        Set.of(),
        stored ? OptionalInt.of(1) : OptionalInt.empty(),
        stored ? first : 0,
        file,
        0,
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void whatIsLeftOfAMappedFileAroundMemoryIsAMapping() throws IOException {
    CheckpointBuilder builder =
        new CheckpointBuilder()
            .thread(1, 0)
            .mapping(Checkpoints.TEXT, 0x10000, 10, 4)
            .memory(0x12000, 6, Checkpoints.page(1))
            .memory(0x15000, 6, Checkpoints.page(2))
            .memory(0x19000, 6, Arrays.copyOf(Checkpoints.page(3), 3 * 4096));
    try (ForeignImage image = open(builder)) {
      String ranges =
          image.checkpoint().processes().getFirst().vmas().stream()
              .map(v -> "%x+%d %s".formatted(v.firstPage(), v.numPages(), v.kind()))
              .toList()
              .toString();
      assertEquals(
          "[10+2 FILE, 12+1 FILE, 13+2 FILE, 15+1 FILE, 16+3 FILE, 19+3 ANONYMOUS]", ranges);
    }
  }

  @Test
  void descriptorsAreHandles() throws IOException {
    try (ForeignImage image = open(Checkpoints.process())) {
      ProcessState process = image.checkpoint().processes().getFirst();
      assertEquals(
          List.of(new FdEntry(3, 1, false), new FdEntry(4, 2, false), new FdEntry(5, 3, false)),
          process.fds());
      assertEquals(
          List.of(0, 1 | 8, 2),
          image.checkpoint().descriptions().stream().map(open -> open.flags()).toList());
      assertEquals(
          List.of(OptionalLong.of(25), OptionalLong.of(4096), OptionalLong.of(0)),
          image.checkpoint().descriptions().stream().map(open -> open.position()).toList());
      List<FileFacts> files = image.checkpoint().files();
      assertEquals(
          List.of(DATA, TEXT, "handle:[none]"),
          files.stream().map(f -> f.path().toString()).toList());
      assertEquals(
          OptionalInt.of(1), image.checkpoint().description(1).file(), "as the mapping has it");
      assertEquals(28, files.getFirst().handle().orElseThrow().bytes().length());
      assertEquals(0x0000_3344_0000_2211L, files.getFirst().filesystemId().getAsLong());
      assertTrue(files.getLast().handle().isEmpty());
      assertTrue(
          image.warnings().contains("descriptor 5 is the checkpoint itself"),
          image.warnings().toString());
      assertEquals(3, Annexes.rows(image, "file-handles").size());
    }
  }

  @Test
  void placeholdersOfFilesAreNone() throws IOException {
    CheckpointFile file = Checkpoints.process().build().set("file/1/fd", -1);
    try (ForeignImage image = open(file.build())) {
      assertEquals(2, image.checkpoint().descriptions().size());
      assertEquals(List.of(), image.findings());
    }
  }

  @Test
  void signalsHaveTheNumbersOfDragonfly() throws IOException {
    try (ForeignImage image = open(Checkpoints.process().handler(100, 0x77, 70, 3))) {
      ProcessState process = image.checkpoint().processes().getFirst();
      assertEquals(
          List.of(
              new SignalAction(2, 0x400123, 1, 0x4001, 0),
              new SignalAction(13, 1, 2, 0, 0),
              new SignalAction(30, 0x400456, 2 | 0x10 | 0x40, 0, 0),
              new SignalAction(100, 0x77, 2, 4, 0)),
          process.actions().orElseThrow());
      assertEquals(OptionalInt.of(20), process.attributes().exitSignal());
      assertEquals(
          List.of(new Timer.Interval(Timer.Kind.REAL, 1_500_000_000, 250_000_000)),
          process.timers());
      assertEquals(
          "[{what=blocked in the handler of 100, signals-65-to-128=0x20}]",
          Annexes.rows(image, "high-signals").toString());
      assertTrue(process.pending().isEmpty());
    }
  }

  @Test
  void whatIsLostIsNamed() throws IOException {
    try (ForeignImage image = open(Checkpoints.process().thread(2, 0))) {
      List<String> lost = Annexes.rows(image, "lost").stream().map(row -> row.get("what")).toList();
      assertEquals(
          List.of(
              "process",
              "directories",
              "arguments",
              "vector registers",
              "thread pointers",
              "descriptors",
              "descriptions",
              "files",
              "signals",
              "file mappings",
              "handles",
              "threads"),
          lost);
      assertEquals(
          "of 1 files, whose file system has none",
          Annexes.rows(image, "lost").get(10).get("lost"));
    }
    try (ForeignImage image = open(new CheckpointBuilder().thread(0, 0))) {
      assertEquals(9, Annexes.rows(image, "lost").size());
    }
  }

  @Test
  void whatOthersWroteIsNotTakenForIt() throws IOException {
    byte[] file = Checkpoints.process().build().build();
    Path path = Files.write(folder.resolve("victim.ckpt"), file);
    try (FileChannel channel = FileChannel.open(path);
        ForeignImage image = ForeignImages.open("victim", channel).orElseThrow()) {
      assertEquals("dragonfly", image.format());
    }
    // A process note of Linux: other size, and no version.
    CheckpointFile linux = Checkpoints.process().build();
    linux.set("process/bytes", 136).set("process/version", 0x5200);
    MemorySource source = new MemorySource("core", linux.build());
    assertFalse(DragonflyImages.recognise(source));
    assertTrue(CoreImages.recognise(source));
  }

  @Test
  void theGenerationThatForksWroteIsRefusedPolitely() {
    CheckpointFile fork = Checkpoints.process().build();
    fork.set("process/version", 2).setLong("process/size", 4000).set("process/bytes", 4000);
    ImageException refusal =
        assertThrows(UnsupportedImageException.class, () -> open(fork.build()).close());
    assertEquals(
        "CK-DFL-02: notes+0x134: version 2, of which only forks of DragonFly wrote checkpoints",
        refusal.getMessage());
  }

  @Test
  void aCutInMemoryIsSalvaged() throws IOException {
    CheckpointFile whole = Checkpoints.process().build();
    byte[] file = whole.build();
    try (ForeignImage image = open(Arrays.copyOf(file, whole.at("memory/1") + 100))) {
      assertFalse(image.complete());
      assertEquals(1, image.checkpoint().memory().pages(1).numPages());
      assertTrue(
          image.warnings().toString().contains("12288 bytes of memory are missing"),
          image.warnings().toString());
    }
    TruncatedImageException refusal =
        assertThrows(
            TruncatedImageException.class,
            () -> open(Arrays.copyOf(file, whole.at("signals/timer"))).close());
    assertEquals(
        "CK-DFL-05: signals+0x%x: 1 records of 3292 bytes, the file ends after 3212"
            .formatted(whole.at("signals/size") + 4),
        refusal.getMessage());
  }
}
