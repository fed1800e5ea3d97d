package org.ckimg.interop.criu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.OptionalInt;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.junit.jupiter.api.Test;

/** The bytes of memory are those that the programs said they had put there. */
class ContentTest {
  private static final int PAGE = 4096;

  /** The generator that the programs filled their memory with. */
  private static byte[] generated(int length, long seed) {
    byte[] bytes = new byte[length];
    long x = seed;
    for (int i = 0; i < length; i++) {
      x ^= x << 13;
      x ^= x >>> 7;
      x ^= x << 17;
      bytes[i] = (byte) (x >>> 32);
    }
    return bytes;
  }

  private static long address(String text) {
    return Long.decode(text);
  }

  /** What a process reads; a page that is nowhere is zero. */
  private static byte[] read(Checkpoint checkpoint, ProcessState process, long at, int length)
      throws IOException {
    long first = at / PAGE;
    long end = (at + length + PAGE - 1) / PAGE;
    byte[] bytes = new byte[(int) (end - first) * PAGE];
    for (long page = first; page < end; page++) {
      long wanted = page;
      Vma vma =
          process.vmas().stream()
              .filter(v -> v.firstPage() <= wanted && wanted < v.endPage())
              .findFirst()
              .orElseThrow();
      if (vma.object().isPresent()) {
        int object = vma.object().getAsInt();
        long place = vma.objectPage() + page - vma.firstPage();
        if (checkpoint.memory().pages(object).contains(place)) {
          MemorySegment into = MemorySegment.ofArray(bytes).asSlice((page - first) * PAGE, PAGE);
          checkpoint.memory().read(object, place, 1, into);
        }
      }
    }
    int skip = (int) (at - first * PAGE);
    return Arrays.copyOfRange(bytes, skip, skip + length);
  }

  private static byte[] object(Checkpoint checkpoint, int object) throws IOException {
    PageRuns pages = checkpoint.memory().pages(object);
    byte[] bytes = new byte[(int) checkpoint.object(object).length() / PAGE * PAGE + PAGE];
    for (int run = 0; run < pages.size(); run++) {
      checkpoint
          .memory()
          .read(
              object,
              pages.first(run),
              (int) pages.count(run),
              MemorySegment.ofArray(bytes).asSlice(pages.first(run) * PAGE));
    }
    return Arrays.copyOf(bytes, (int) checkpoint.object(object).length());
  }

  @Test
  void staticMemory() throws IOException {
    Sample sample = Sample.of("s01_counter");
    try (ForeignImage image = sample.open()) {
      String[] blob = sample.fact("blob ").split(" ");
      ProcessState process = image.checkpoint().processes().getFirst();
      assertArrayEquals(
          generated(3 * PAGE, 42),
          read(image.checkpoint(), process, address(blob[0]), Integer.parseInt(blob[1])));
      assertEquals("/srv/sample/bin/s01_counter\\x00", process.cmdline().orElseThrow().toString());
    }
  }

  @Test
  void vectorRegisters() throws IOException {
    Sample sample = Sample.of("s02_threads");
    try (ForeignImage image = sample.open()) {
      int tid = Integer.parseInt(sample.fact("avx_tid ").split(" ")[0]);
      MemorySegment area =
          MemorySegment.ofArray(
              image.checkpoint().processes().getFirst().threads().stream()
                  .filter(thread -> thread.tid() == tid)
                  .findFirst()
                  .orElseThrow()
                  .regset(org.ckimg.spec.model.Regset.NT_X86_XSTATE)
                  .orElseThrow()
                  .toArray());
      for (int register = 0; register < 16; register++) {
        for (int lane = 0; lane < 4; lane++) {
          long at = lane < 2 ? 160 + 16 * register + 8 * lane : 576 + 16 * register + 8 * lane - 16;
          assertEquals(
              0xA0A0000000000000L | register << 16 | lane,
              area.get(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, at));
        }
      }
    }
  }

  @Test
  void sharedMemory() throws IOException {
    Sample sample = Sample.of("s06_shm");
    try (ForeignImage image = sample.open()) {
      Checkpoint checkpoint = image.checkpoint();
      ProcessState parent = checkpoint.processes().getFirst();
      long memfd = address(sample.fact("memfd fd 4 map ").split(" ")[0]);
      assertArrayEquals(generated(2 * PAGE, 7), read(checkpoint, parent, memfd + PAGE, 2 * PAGE));
      long shared = address(sample.fact("anon_shared ").split(" ")[0]);
      assertArrayEquals(generated(PAGE, 8), read(checkpoint, parent, shared, PAGE));
      assertArrayEquals(generated(PAGE, 9), read(checkpoint, parent, shared + 5 * PAGE, PAGE));
      long own = address(sample.fact("file_private ").split(" ")[0]);
      assertEquals(0x5a, read(checkpoint, parent, own + PAGE, 1)[0]);
      FileFacts file =
          checkpoint.files().stream()
              .filter(f -> f.path().equals(Bytes.utf8("/memfd:my-memfd")))
              .findFirst()
              .orElseThrow();
      assertEquals(OptionalInt.of(6), file.seals());
      assertEquals(MemoryObject.Kind.MEMFD, checkpoint.object(file.content().orElseThrow()).kind());
      // Parent and child show one object.
      assertEquals(
          vmaAt(parent, shared).object(), vmaAt(checkpoint.processes().getLast(), shared).object());
    }
  }

  private static Vma vmaAt(ProcessState process, long address) {
    return process.vmas().stream()
        .filter(v -> v.firstPage() == address / PAGE)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void deletedFile() throws IOException {
    try (ForeignImage image = Sample.of("s07_deleted").open()) {
      FileFacts gone =
          image.checkpoint().files().stream().filter(FileFacts::deleted).findFirst().orElseThrow();
      assertEquals("/srv/sample/run/s07_deleted/gone.bin", gone.path().toString());
      assertEquals(new FileFacts.Inode(254L << 32, 1516839), gone.inode().orElseThrow());
      assertArrayEquals(
          generated(10000, 77), object(image.checkpoint(), gone.content().orElseThrow()));
    }
  }

  @Test
  void kindsOfPages() throws IOException {
    Sample sample = Sample.of("s10_mem");
    try (ForeignImage image = sample.open()) {
      Checkpoint checkpoint = image.checkpoint();
      ProcessState process = checkpoint.processes().getFirst();
      long random = address(sample.fact("random ").split(" ")[0]);
      assertArrayEquals(generated(64 * PAGE, 1001), read(checkpoint, process, random, 64 * PAGE));
      long zeroed = address(sample.fact("zeroed ").split(" ")[0]);
      assertArrayEquals(new byte[256 * PAGE], read(checkpoint, process, zeroed, 256 * PAGE));
      long text = address(sample.fact("text ").split(" ")[0]);
      byte[] repeated = read(checkpoint, process, text, 128 * PAGE);
      for (int i = 0; i < repeated.length; i++) {
        assertEquals("compressible text! ".charAt(i % 19), repeated[i]);
      }
      long sparse = address(sample.fact("sparse ").split(" ")[0]);
      byte[] touched = read(checkpoint, process, sparse, 512 * PAGE);
      for (int i = 0; i < 512; i += 8) {
        assertEquals((byte) (i / 8 + 1), touched[i * PAGE + i]);
      }
      assertTrue(vmaAt(process, sparse).flags().contains(VmaFlag.NORESERVE));
    }
  }

  /** One program before and after changes that it told. */
  @Test
  void beforeAndAfter() throws IOException {
    Sample pair = Sample.of("pair");
    String[] facts = pair.fact("private=").split("[ =]");
    long own = address(facts[0]);
    long shared = address(facts[2]);
    try (ForeignImage before = CriuImages.open(pair.folder("A"));
        ForeignImage after = CriuImages.open(pair.folder("B"))) {
      ProcessState a = before.checkpoint().processes().getFirst();
      ProcessState b = after.checkpoint().processes().getFirst();
      byte[] expected = read(before.checkpoint(), a, own, 64 * PAGE);
      for (int k = 0; k < 10; k++) {
        expected[k * 5 * PAGE + 123] ^= (byte) 0xff;
      }
      Arrays.fill(expected, 60 * PAGE, 62 * PAGE, (byte) 0);
      assertArrayEquals(expected, read(after.checkpoint(), b, own, 64 * PAGE));
      byte[] common = read(before.checkpoint(), a, shared, 16 * PAGE);
      Arrays.fill(common, 3 * PAGE, 4 * PAGE, (byte) 'Q');
      assertArrayEquals(common, read(after.checkpoint(), b, shared, 16 * PAGE));
      assertEquals(OptionalInt.of(027), b.umask());
      assertEquals(1L, b.leader().blocked().orElseThrow());
    }
  }
}
