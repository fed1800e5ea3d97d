package org.ckimg.writer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.model.Bytes;

/**
 * Builds one table: records of fixed size, and a heap that their blobs share. A record is begun,
 * gets its fields in file order and is ended; what is left of it stays zero. When a record would
 * push the part over 16 MiB, the part goes out and the record opens the next one.
 */
final class TableWriter {
  private final SectionType type;
  private final Rule fieldRule;
  private final SectionSink sink;
  private final ByteBuffer record;
  private final List<Bytes> blobs = new ArrayList<>();
  private final List<Integer> blobPlaces = new ArrayList<>();
  private final ByteHeap records = new ByteHeap();
  private final ByteHeap heap = new ByteHeap();
  private int part;
  private int total;
  private String place = "";
  private long[] key = {};

  /** A table of {@code type}; a field out of range breaks {@code fieldRule}. */
  TableWriter(SectionType type, Rule fieldRule, SectionSink sink) {
    this.type = type;
    this.fieldRule = fieldRule;
    this.sink = sink;
    this.record = ByteBuffer.allocate(type.recordBytes()).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Starts a record; {@code where} is for messages. */
  TableWriter begin(String where) {
    place = where;
    Arrays.fill(record.array(), (byte) 0);
    record.clear();
    blobs.clear();
    blobPlaces.clear();
    return this;
  }

  /** Ends the record. */
  void end() throws IOException {
    long blobBytes = blobs.stream().mapToLong(Bytes::length).sum();
    if (!fits(blobBytes)) {
      require(records.length() != 0, Rule.SEC_04, "one record with more than 16 MiB");
      writePart(Format.FLAG_MORE);
      require(fits(blobBytes), Rule.SEC_04, "one record with more than 16 MiB");
    }
    for (int i = 0; i < blobs.size(); i++) {
      placeBlob(blobPlaces.get(i), blobs.get(i));
    }
    records.append(record.array());
    total++;
  }

  /** Ends the table; one without records is omitted unless {@code always}. */
  void finish(boolean always) throws IOException {
    if (total != 0 || always) {
      writePart(0);
    }
  }

  private boolean fits(long blobBytes) {
    long meta = Format.TABLE_HEAD_BYTES + records.length() + record.capacity();
    return meta + heap.length() + blobBytes <= Format.MAX_META_BYTES;
  }

  private void placeBlob(int at, Bytes blob) {
    if (blob.length() != 0) {
      record.putInt(at, heap.length()).putInt(at + 4, blob.length());
      heap.append(blob.toArray());
    }
  }

  private void writePart(int more) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(Format.TABLE_HEAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    head.putInt(records.length() / record.capacity()).putInt(heap.length()).rewind();
    int flags = more | (type.critical() ? Format.FLAG_CRITICAL : 0);
    sink.section(type.number(), flags, part++, head, records.view(), heap.view());
    records.clear();
    heap.clear();
  }

  /** Number of records that were ended. */
  int total() {
    return total;
  }

  TableWriter u1(String field, long value, long min, long max) {
    record.put((byte) checked(field, value, min, max));
    return this;
  }

  TableWriter u2(String field, long value, long min, long max) {
    record.putShort((short) checked(field, value, min, max));
    return this;
  }

  /** Four bytes, signed or not as {@code min} and {@code max} say. */
  TableWriter u4(String field, long value, long min, long max) {
    record.putInt((int) checked(field, value, min, max));
    return this;
  }

  /** Four bytes that may have any value. */
  TableWriter u4(int value) {
    record.putInt(value);
    return this;
  }

  /** Four bytes, 0 when absent. */
  TableWriter u4(OptionalInt value) {
    return u4(value.orElse(0));
  }

  TableWriter u8(String field, long value, long min, long max) {
    record.putLong(checked(field, value, min, max));
    return this;
  }

  /** A length or time, which is not negative. */
  TableWriter u8(String field, long value) {
    return u8(field, value, 0, Long.MAX_VALUE);
  }

  /** Eight bytes that may have any value. */
  TableWriter u8(long value) {
    record.putLong(value);
    return this;
  }

  /** Bytes in the record itself. */
  TableWriter bytes(Bytes value) {
    record.put(value.toArray());
    return this;
  }

  TableWriter blob(Bytes value) {
    blobs.add(value);
    blobPlaces.add(record.position());
    return zero(8);
  }

  /** A blob, empty when absent. */
  TableWriter blob(Optional<Bytes> value) {
    return blob(value.orElse(Bytes.EMPTY));
  }

  /** Reserved or absent bytes. */
  TableWriter zero(int count) {
    record.position(record.position() + count);
    return this;
  }

  /** Checks that the key of this record is above that of the record before. */
  TableWriter ascending(long... next) {
    return ascending(Rule.TAB_07, next);
  }

  /** Checks the same where another rule says so. */
  TableWriter ascending(Rule rule, long... next) {
    require(Arrays.compare(key, next) < 0, rule, "not behind the record before it");
    key = next;
    return this;
  }

  /** Checks an id: 1, 2, 3 and so on. */
  TableWriter dense(int id, Rule rule) {
    require(id == total + 1, rule, "id " + id + " where " + (total + 1) + " is next");
    return this;
  }

  /** Checks a reference to one of {@code count} things with ids from 1, when there is one. */
  TableWriter reference(String field, OptionalInt id, int count, Rule rule) {
    if (id.isPresent() && (id.getAsInt() < 1 || id.getAsInt() > count)) {
      throw invalid(rule, field + " is " + id.getAsInt() + ", there are " + count);
    }
    return this;
  }

  /** Checks anything else. */
  TableWriter require(boolean holds, Rule rule, String otherwise) {
    if (!holds) {
      throw invalid(rule, otherwise);
    }
    return this;
  }

  private long checked(String field, long value, long min, long max) {
    if (value < min || value > max) {
      throw invalid(fieldRule, field + " is " + value + ", not in " + min + " to " + max);
    }
    return value;
  }

  private InvalidCheckpointException invalid(Rule rule, String text) {
    return new InvalidCheckpointException(rule, type + ", " + place, text);
  }
}
