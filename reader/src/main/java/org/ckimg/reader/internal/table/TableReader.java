package org.ckimg.reader.internal.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Piece;
import org.ckimg.spec.Format;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;

/**
 * Reads a table record by record, over all its parts. A record that breaks a rule is reported and
 * left out; those behind it are still read.
 */
public final class TableReader {
  private static final int MAX_RECORDS = 1 << 20;

  private final TableSet tables;
  private final Findings findings;

  /** Reads from {@code tables} and reports to {@code findings}. */
  public TableReader(TableSet tables, Findings findings) {
    this.tables = tables;
    this.findings = findings;
  }

  /** Shows all records of a table that parse to {@code visitor}. */
  public <R> void read(TableFormat<R> format, RowVisitor<R> visitor) throws IOException {
    new Pass<>(format, visitor).run();
  }

  /**
   * Number of records of a table as the table heads have it; empty when it cannot be known. Reports
   * nothing: {@link #read} does.
   */
  Optional<Long> count(SectionType type) throws IOException {
    if (!tables.isWhole(type)) {
      return Optional.empty();
    }
    long count = 0;
    for (SectionInfo part : tables.parts(type)) {
      Optional<ByteBuffer> meta = tables.meta(part);
      Optional<CkimgImage.TableHead> head =
          meta.isEmpty() ? Optional.empty() : head(type, part, meta.get(), finding -> {});
      if (head.isEmpty()) {
        return Optional.empty();
      }
      count += head.get().numRecords();
    }
    return Optional.of(count);
  }

  private static Optional<CkimgImage.TableHead> head(
      SectionType type, SectionInfo part, ByteBuffer meta, Findings findings)
      throws ImageException {
    if (meta.limit() < Format.TABLE_HEAD_BYTES) {
      String text = "%d bytes are no table".formatted(meta.limit());
      findings.add(Rule.TAB_01, part.name(), metaOffset(part), text);
      return Optional.empty();
    }
    return new Piece(part.name(), metaOffset(part), meta)
        .parse(io -> new CkimgImage.TableHead(io, null, null, type.recordBytes()), findings);
  }

  private static long metaOffset(SectionInfo part) {
    return part.offset() + Format.SECTION_HEAD_BYTES;
  }

  /** One pass over the parts of a table. */
  private final class Pass<R> {
    private final TableFormat<R> format;
    private final RowVisitor<R> visitor;
    private final int recordBytes;
    private long index;
    private boolean countKnown;
    private SectionInfo previous;
    private int previousRecords;

    Pass(TableFormat<R> format, RowVisitor<R> visitor) {
      this.format = format;
      this.visitor = visitor;
      this.recordBytes = format.type().recordBytes();
    }

    void run() throws IOException {
      List<SectionInfo> parts = tables.parts(format.type());
      countKnown = tables.isWhole(format.type());
      for (SectionInfo part : parts) {
        Optional<ByteBuffer> meta = tables.meta(part);
        Optional<CkimgImage.TableHead> head =
            meta.isEmpty() ? Optional.empty() : head(format.type(), part, meta.get(), findings);
        if (head.isPresent()) {
          part(part, meta.get(), head.get());
        } else {
          countKnown = false;
          previous = null;
        }
      }
      if (countKnown && !parts.isEmpty()) {
        checkCount(parts.getFirst());
      }
    }

    private void checkCount(SectionInfo first) throws ImageException {
      boolean single = format.type() == SectionType.SYSTEM || format.type() == SectionType.ORIGIN;
      boolean fits = single ? index == 1 : index > 0 || format.type() == SectionType.PROCESSES;
      if (!fits) {
        String text = "the table has %d records".formatted(index);
        findings.add(Rule.TAB_08, first.name(), metaOffset(first), text);
      }
    }

    private void part(SectionInfo part, ByteBuffer meta, CkimgImage.TableHead head)
        throws ImageException {
      int numRecords = (int) head.numRecords();
      int heap = Format.TABLE_HEAD_BYTES + numRecords * recordBytes;
      HeapOrder order = new HeapOrder(part, head.lenHeap());
      String section = part.name();
      for (int i = 0; i < numRecords; i++) {
        int at = Format.TABLE_HEAD_BYTES + i * recordBytes;
        long offset = metaOffset(part) + at;
        Optional<R> record =
            new Piece(section, offset, meta.slice(at, recordBytes))
                .parse(io -> format.parser().parse(io, head.lenHeap()), findings);
        if (record.isPresent()) {
          Row<R> row = new Row<>(record.get(), index, offset, section, meta, at, heap);
          if (i == 0) {
            checkFull(part, record.get());
          }
          order.check(format.blobs().apply(record.get()), offset, findings);
          visitor.row(row);
        } else {
          order.lose();
        }
        index++;
      }
      order.end(findings);
      previous = part;
      previousRecords = numRecords;
    }

    /** The first record of this part must not have had room in the part before. */
    private void checkFull(SectionInfo part, R first) throws ImageException {
      if (previous == null
          || previous.item() + 1 != part.item()
          || previousRecords == MAX_RECORDS) {
        return;
      }
      long blobs = format.blobs().apply(first).stream().mapToLong(CkimgImage.Blob::len).sum();
      long joined = previous.metaBytes() + recordBytes + blobs;
      if (joined <= Format.MAX_META_BYTES) {
        String text = "%d bytes, though the next record would fit".formatted(previous.metaBytes());
        findings.add(Rule.TAB_06, previous.name(), previous.offset(), text);
      }
    }
  }
}
