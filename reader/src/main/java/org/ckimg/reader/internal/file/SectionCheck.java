package org.ckimg.reader.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Optional;
import org.ckimg.reader.PageTotals;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Digest;

/** Checks one section from its magic number to its leaf, whatever its type. */
public final class SectionCheck {
  private static final int NUMBER_AT = 8;
  private static final int CRC_AT = 60;

  private final ImageFile file;
  private final Layout layout;
  private final Findings findings;

  /** Checks sections of {@code file} and reports to {@code findings}. */
  public SectionCheck(ImageFile file, Layout layout, Findings findings) {
    this.file = file;
    this.layout = layout;
    this.findings = findings;
  }

  /** The layout. */
  public Layout layout() {
    return layout;
  }

  /**
   * A section head.
   *
   * @param info what it says, without page counts and leaf
   * @param bytes as they are in the file
   * @param metaCrc checksum of meta and the padding behind it
   */
  public record Head(SectionInfo info, ByteBuffer bytes, int metaCrc) {
    /** Bytes from the section's start to its end; a multiple of 64. */
    public long span(Layout layout) {
      return layout.span(info.offset(), info.metaBytes(), info.dataBytes());
    }
  }

  /**
   * The head at {@code offset}, where the file has its 64 bytes; empty when it is broken, which is
   * reported.
   *
   * @param expected what the head should be of, for messages
   */
  public Optional<Head> head(long offset, String expected) throws IOException {
    ByteBuffer bytes = file.read(offset, Format.SECTION_HEAD_BYTES);
    if (bytes.getInt(0) != Format.SECTION_MAGIC) {
      findings.add(Rule.SEC_02, expected, offset, "no section starts here");
      return Optional.empty();
    }
    int crc = Hashes.crc(bytes, 0, CRC_AT);
    if (crc != bytes.getInt(CRC_AT)) {
      findings.add(Rule.SEC_07, expected, offset, mismatch(crc, bytes.getInt(CRC_AT)));
      return Optional.empty();
    }
    Optional<CkimgImage.SectionHead> head =
        new Piece(expected, offset, bytes)
            .parse(io -> new CkimgImage.SectionHead(io, null, layout.root()), findings);
    if (head.isPresent() && head.get().selfOffset() != offset) {
      String text = "self_offset is " + head.get().selfOffset();
      findings.add(Rule.SEC_01, expected, offset, text);
      return Optional.empty();
    }
    return head.map(h -> new Head(info(h), bytes, (int) h.metaCrc()));
  }

  private static SectionInfo info(CkimgImage.SectionHead head) {
    return new SectionInfo(
        (int) head.number(),
        head.type(),
        head.flags(),
        (int) head.item(),
        head.selfOffset(),
        (int) head.lenMeta(),
        (int) head.lenData(),
        0,
        PageTotals.NONE,
        Optional.empty());
  }

  static String mismatch(int actual, int expected) {
    return "the bytes have %08x, the checksum says %08x".formatted(actual, expected);
  }

  /**
   * Meta of a section that lies in the file as a whole; empty when it is not what was written,
   * which is reported.
   */
  public Optional<ByteBuffer> meta(Head head) throws IOException {
    SectionInfo info = head.info();
    long start = info.offset() + Format.SECTION_HEAD_BYTES;
    ByteBuffer bytes = file.read(start, paddedMeta(head));
    int crc = Hashes.crc(bytes, 0, bytes.limit());
    if (crc != head.metaCrc()) {
      findings.add(Rule.SEC_08, info.name(), start, mismatch(crc, head.metaCrc()));
      return Optional.empty();
    }
    padding(info, bytes, info.metaBytes(), start);
    return Optional.of(bytes.limit(info.metaBytes()));
  }

  private int paddedMeta(Head head) {
    SectionInfo info = head.info();
    int end =
        info.dataBytes() == 0
            ? (int) head.span(layout)
            : layout.dataOffset(info.offset(), info.metaBytes());
    return end - Format.SECTION_HEAD_BYTES;
  }

  private void padding(SectionInfo info, ByteBuffer bytes, int from, long start)
      throws IOException {
    int at = Hashes.firstNonZero(bytes, from, bytes.capacity());
    if (at >= 0) {
      findings.add(Rule.SEC_09, info.name(), start + at, "the padding is not zero");
    }
  }

  /** Checks what lies behind the data, and the leaf that the directory has for the section. */
  public void tail(Head head, ByteBuffer meta, Optional<Digest> expected) throws IOException {
    ByteBuffer tail = behindData(head);
    long tailOffset = head.info().offset() + head.span(layout) - tail.limit();
    padding(head.info(), tail, 0, tailOffset);
    if (expected.isEmpty()) {
      return;
    }
    MessageDigest leaf = Hashes.tagged("section");
    leaf.update(head.bytes().array());
    leaf.update(meta.array());
    leaf.update(tail.array());
    Digest actual = Digest.of(leaf.digest());
    if (!actual.equals(expected.get())) {
      String text = "the digest is %s, the directory says %s".formatted(actual, expected.get());
      findings.add(Rule.DIR_05, head.info().name(), head.info().offset(), text);
    }
  }

  private ByteBuffer behindData(Head head) throws IOException {
    SectionInfo info = head.info();
    long end = info.offset() + head.span(layout);
    if (info.dataBytes() == 0) {
      return file.read(end, 0);
    }
    long dataEnd =
        info.offset() + layout.dataOffset(info.offset(), info.metaBytes()) + info.dataBytes();
    return file.read(dataEnd, (int) (end - dataEnd));
  }

  /** Whether the head says what the directory says of the section; reported when it does not. */
  public boolean agrees(Head head, SectionInfo entry) throws IOException {
    if (EntryTable.agree(head.info(), entry)) {
      return true;
    }
    String text =
        "the directory has type %#x, flags %d, item %d, offset %d, lengths %d and %d"
            .formatted(
                entry.type(),
                entry.flags(),
                Integer.toUnsignedLong(entry.item()),
                entry.offset(),
                entry.metaBytes(),
                entry.dataBytes());
    findings.add(Rule.DIR_03, head.info().name(), head.info().offset(), text);
    return false;
  }

  /** Reports when a section does not have the number of its place in the file. */
  public void number(SectionInfo head, int expected) throws IOException {
    if (head.number() != expected) {
      String text = "number is %d, %d expected".formatted(head.number(), expected);
      findings.add(Rule.SEC_11, head.name(), head.offset() + NUMBER_AT, text);
    }
  }

  /**
   * Meta of a section, checked from head to leaf; in a file that was cut, where there is no leaf,
   * only from head to meta.
   */
  public Optional<ByteBuffer> load(SectionInfo entry) throws IOException {
    Optional<Head> head = head(entry.offset(), entry.name());
    if (head.isEmpty() || entry.leaf().isPresent() && !agrees(head.get(), entry)) {
      return Optional.empty();
    }
    number(head.get().info(), entry.number());
    Optional<ByteBuffer> meta = meta(head.get());
    if (meta.isPresent() && entry.leaf().isPresent()) {
      tail(head.get(), meta.get(), entry.leaf());
    }
    return meta;
  }
}
