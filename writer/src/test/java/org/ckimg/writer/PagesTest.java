package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagesTest {
  @ParameterizedTest
  @ValueSource(ints = {12, 14, 16})
  void everyPageComesBackFromItsBlock(int shift) throws Exception {
    int perBlock = 1 << 24 - shift;
    PageRuns runs = FakeMemory.runs(3, 2 * perBlock - 10, 0x100000000L, 9, (1L << 34) - 2, 2);
    FakeMemory memory = new FakeMemory(1 << shift, FakeMemory.MIXED, runs);
    RawImage image = new RawImage(Samples.write(Samples.shared(shift, memory, 1)));
    List<RawImage.Part> blocks = image.ofType(0x40);
    assertEquals(3, blocks.size());
    assertEquals(perBlock, blocks.get(0).u4(4));
    assertEquals(perBlock, blocks.get(1).u4(4));
    assertEquals(1, blocks.get(2).u4(4));
    assertEquals(3, blocks.get(1).u4(24));
    PageRuns.Builder seen = new PageRuns.Builder();
    for (RawImage.Part block : blocks) {
      checkBlock(block, memory, 1, seen);
    }
    assertEquals(runs, seen.build());
  }

  private static void checkBlock(
      RawImage.Part block, FakeMemory memory, int object, PageRuns.Builder seen) throws Exception {
    ByteBuffer meta = block.view();
    int pageSize = memory.page(object, 0).length;
    int extents = meta.getInt(24);
    int stored = meta.getInt(28);
    int frames = meta.getInt(32);
    int digests = 64 + 16 * extents + 48 * frames;
    int slots = digests + 16 * stored;
    assertEquals(object, block.item());
    assertEquals(object, meta.getInt(0));
    assertEquals(slots + 2 * meta.getInt(4), meta.limit());
    assertEquals(stored * pageSize, block.data().length);
    int slot = 0;
    int highest = -1;
    for (int e = 0; e < extents; e++) {
      int at = 64 + 16 * e;
      seen.add(meta.getLong(at), meta.getInt(at + 8));
      assertEquals(slot, meta.getInt(at + 12));
      for (int i = 0; i < meta.getInt(at + 8); i++, slot++) {
        byte[] page = memory.page(object, meta.getLong(at) + i);
        int value = meta.getShort(slots + 2 * slot) & 0xffff;
        if (value == 0xffff) {
          assertArrayEquals(new byte[pageSize], page);
          continue;
        }
        assertTrue(value <= highest + 1);
        highest = Math.max(highest, value);
        int from = value * pageSize;
        assertArrayEquals(page, Arrays.copyOfRange(block.data(), from, from + pageSize));
      }
    }
    assertEquals(meta.getInt(4), slot);
    assertEquals(stored - 1, highest);
    assertEquals(stored, distinct(block.data(), pageSize));
    checkFrames(block, pageSize, 64 + 16 * extents, digests);
  }

  private static long distinct(byte[] data, int pageSize) {
    ByteBuffer all = ByteBuffer.wrap(data);
    return IntStream.range(0, data.length / pageSize)
        .mapToObj(i -> all.slice(i * pageSize, pageSize))
        .filter(p -> !p.equals(ByteBuffer.allocate(pageSize)))
        .distinct()
        .count();
  }

  private static void checkFrames(RawImage.Part block, int pageSize, int frameTable, int digests)
      throws Exception {
    ByteBuffer meta = block.view();
    MessageDigest sha = MessageDigest.getInstance("SHA-256");
    int place = 0;
    int ordinal = 0;
    for (int at = frameTable; at < digests; at += 48) {
      int length = meta.getInt(at + 4);
      assertEquals(place, meta.getInt(at));
      assertEquals(Math.min(1 << 18, block.data().length - place), length);
      byte[] frame = Arrays.copyOfRange(block.data(), place, place + length);
      assertEquals(RawImage.crc(frame), meta.getInt(at + 8));
      assertEquals(0, meta.getInt(at + 12));
      byte[] full = new byte[length / pageSize * 32];
      for (int i = 0; i < length / pageSize; i++, ordinal++) {
        sha.update(frame, i * pageSize, pageSize);
        byte[] digest = sha.digest();
        System.arraycopy(digest, 0, full, 32 * i, 32);
        assertArrayEquals(
            Arrays.copyOf(digest, 16), slice(block.meta(), digests + 16 * ordinal, 16));
      }
      assertArrayEquals(RawImage.hash("raw", full), slice(block.meta(), at + 16, 32));
      place += length;
    }
    assertEquals(block.data().length, place);
  }

  private static byte[] slice(byte[] bytes, int from, int length) {
    return Arrays.copyOfRange(bytes, from, from + length);
  }

  @Test
  void elisionCountsAndSlots() throws Exception {
    // zero, A, B, A, zero, B, C
    int[] kinds = {0, 1, 2, 1, 0, 2, 3};
    FakeMemory memory =
        new FakeMemory(
            4096,
            (object, page, into) -> into[4095] = (byte) kinds[(int) page - 10],
            FakeMemory.runs(10, 7));
    RawImage.Part block =
        new RawImage(Samples.write(Samples.shared(12, memory, 1))).ofType(0x40).getFirst();
    assertEquals(3, block.u4(28));
    assertEquals(2, block.u4(36));
    assertEquals(0, block.u4(40));
    assertEquals(2, block.u4(44));
    ByteBuffer slots = block.view().slice(block.meta().length - 14, 14);
    short[] values = new short[7];
    slots.order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(values);
    assertArrayEquals(new short[] {-1, 0, 1, 0, -1, 1, 2}, values);
  }

  @Test
  void zeroPagesTakeNoData() throws Exception {
    FakeMemory memory = new FakeMemory(4096, (object, page, into) -> {}, FakeMemory.runs(0, 5000));
    byte[] bytes = Samples.write(Samples.shared(12, memory, 1));
    RawImage image = new RawImage(bytes);
    assertEquals(2, image.ofType(0x40).size());
    assertEquals(0, image.ofType(0x40).getFirst().data().length);
    assertTrue(bytes.length < 16384);
  }

  @Test
  void alternatePagesCostAnExtentEach() throws Exception {
    PageRuns.Builder runs = new PageRuns.Builder();
    for (int i = 0; i < 4100; i++) {
      runs.add(2L * i, 1);
    }
    FakeMemory memory = new FakeMemory(4096, FakeMemory.DISTINCT, runs.build());
    RawImage image = new RawImage(Samples.write(Samples.shared(12, memory, 1)));
    assertEquals(142_400, image.ofType(0x40).getFirst().meta().length);
    assertEquals(4, image.ofType(0x40).getLast().u4(4));
  }

  @Test
  void dataIsPageAlignedInTheFile() throws Exception {
    for (int shift : new int[] {12, 14, 16}) {
      FakeMemory memory = new FakeMemory(1 << shift, FakeMemory.DISTINCT, FakeMemory.runs(1, 3));
      RawImage image = new RawImage(Samples.write(Samples.shared(shift, memory, 1)));
      assertEquals(0, image.ofType(0x40).getFirst().dataOffset() % (1 << shift));
    }
  }

  @Test
  void repeatsAreFoundInsideABlockOnly() throws Exception {
    FakeMemory memory =
        new FakeMemory(4096, (object, page, into) -> into[0] = 1, FakeMemory.runs(0, 4097));
    RawImage image = new RawImage(Samples.write(Samples.shared(12, memory, 1)));
    assertEquals(1, image.ofType(0x40).getFirst().u4(28));
    assertEquals(4095, image.ofType(0x40).getFirst().u4(44));
    assertEquals(1, image.ofType(0x40).getLast().u4(28));
  }

  private static Checkpoint queue(long length, FakeMemory memory) {
    MemoryObject queue =
        new MemoryObject(
            1, MemoryObject.Kind.QUEUE, length, OptionalInt.empty(), OptionalInt.empty());
    Checkpoint checkpoint = Samples.with(Samples.empty(), "memory", memory);
    return Samples.with(checkpoint, "objects", List.of(queue));
  }

  @Test
  void bytesBehindTheLengthAreZero() throws Exception {
    FakeMemory memory =
        new FakeMemory(4096, (object, page, into) -> into[100] = 1, FakeMemory.runs(0, 2));
    Samples.write(queue(4096 + 101, memory));
    InvalidCheckpointException refused =
        assertThrows(
            InvalidCheckpointException.class, () -> Samples.write(queue(4096 + 100, memory)));
    assertEquals(Rule.PAG_15, refused.rule());
  }

  @Test
  void pagesLieInsideTheObject() {
    FakeMemory memory = new FakeMemory(4096, FakeMemory.DISTINCT, FakeMemory.runs(0, 3));
    InvalidCheckpointException refused =
        assertThrows(InvalidCheckpointException.class, () -> Samples.write(queue(8192, memory)));
    assertEquals(Rule.PAG_15, refused.rule());
  }
}
