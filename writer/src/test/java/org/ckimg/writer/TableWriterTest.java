package org.ckimg.writer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessState;
import org.junit.jupiter.api.Test;

class TableWriterTest {
  private static final int MAX_META = 16 << 20;
  private static final int FILTER_RECORD = 32;

  private record Part(int flags, int item, byte[] meta) {
    int u4(int at) {
      return ByteBuffer.wrap(meta).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }
  }

  private final List<Part> parts = new ArrayList<>();
  private final TableWriter table =
      new TableWriter(
          SectionType.FILTERS,
          Rule.FLT_01,
          (type, flags, item, meta) -> parts.add(new Part(flags, item, join(meta))));

  private static byte[] join(ByteBuffer... pieces) {
    ByteBuffer all = ByteBuffer.allocate(MAX_META + 1);
    for (ByteBuffer piece : pieces) {
      all.put(piece);
    }
    byte[] bytes = new byte[all.position()];
    all.get(0, bytes);
    return bytes;
  }

  private void record(int blobBytes) throws IOException {
    table.begin("test").u4(7).u4(0).u8(0).blob(Bytes.of(new byte[blobBytes])).end();
  }

  @Test
  void aPartMayBeFullToTheLastByte() throws Exception {
    record(MAX_META - 16 - 2 * FILTER_RECORD - 100);
    record(100);
    table.finish(false);
    assertEquals(1, parts.size());
    assertEquals(MAX_META, parts.getFirst().meta().length);
    assertEquals(1, parts.getFirst().flags());
    assertEquals(0, parts.getFirst().item());
  }

  @Test
  void oneByteMoreOpensTheNextPart() throws Exception {
    record(5);
    record(MAX_META - 16 - 2 * FILTER_RECORD - 100);
    record(100);
    record(0);
    table.finish(false);
    assertEquals(2, parts.size());
    Part first = parts.get(0);
    Part second = parts.get(1);
    assertEquals(
        List.of(5, 0, 1, 1), List.of(first.flags(), first.item(), second.flags(), second.item()));
    assertEquals(2, first.u4(0));
    assertEquals(List.of(0, 5), List.of(first.u4(16 + 16), first.u4(16 + 20)));
    assertEquals(5, first.u4(16 + FILTER_RECORD + 16));
    assertEquals(List.of(2, 100), List.of(second.u4(0), second.u4(4)));
    assertEquals(List.of(0, 100), List.of(second.u4(16 + 16), second.u4(16 + 20)));
    assertEquals(
        List.of(0, 0),
        List.of(second.u4(16 + FILTER_RECORD + 16), second.u4(16 + FILTER_RECORD + 20)));
  }

  @Test
  void aRecordThatFitsNoPartIsRefused() throws Exception {
    record(1);
    InvalidCheckpointException refused =
        assertThrows(
            InvalidCheckpointException.class, () -> record(MAX_META - 16 - FILTER_RECORD + 1));
    assertEquals(Rule.SEC_04, refused.rule());
  }

  @Test
  void aTableWithoutRecordsIsOmittedUnlessAlways() throws Exception {
    table.finish(false);
    assertEquals(List.of(), parts);
    table.finish(true);
    assertEquals(16, parts.getFirst().meta().length);
  }

  @Test
  void manyRecordsSplitInTheImage() throws Exception {
    int fits = (MAX_META - 16) / SectionType.FDS.recordBytes();
    List<FdEntry> fds =
        IntStream.range(0, fits + 3).mapToObj(i -> new FdEntry(i, 1, false)).toList();
    Checkpoint full = Samples.full();
    ProcessState process = Samples.with(full.processes().getFirst(), "fds", fds);
    RawImage image =
        new RawImage(
            Samples.write(
                Samples.with(full, "processes", List.of(process, full.processes().getLast()))));
    List<RawImage.Part> tables = image.ofType(SectionType.FDS.number());
    assertEquals(2, tables.size());
    assertEquals(List.of(fits, 3), tables.stream().map(t -> t.u4(0)).toList());
    assertEquals(List.of(5, 1), tables.stream().map(RawImage.Part::flags).toList());
    assertEquals(List.of(0, 1), tables.stream().map(RawImage.Part::item).toList());
    assertEquals(fits, tables.get(1).u4(20));
  }
}
