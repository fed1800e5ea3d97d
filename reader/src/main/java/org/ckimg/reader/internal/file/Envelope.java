package org.ckimg.reader.internal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Digest;

/**
 * Header, footer and directory of a file: each is empty when it is missing or breaks a rule, which
 * is reported. What breaks a rule is not looked at further, nor is what depends on it.
 */
public final class Envelope {
  private static final int CRC_AT = 124;
  private static final int FOOTER_CRC_AT = 240;
  private static final int ROOT_COVERS = 32;
  private static final int KEY_AT = 72;
  private static final int SIGNATURE_END = 168;

  private final ImageFile file;
  private final Findings findings;
  private ByteBuffer headerBytes;
  private ByteBuffer footerBytes;
  private boolean headerIntact;
  private boolean complete;
  private Optional<Layout> layout = Optional.empty();
  private Optional<CkimgImage.Footer> footer = Optional.empty();
  private Optional<EntryTable> entries = Optional.empty();
  private boolean rootFits;
  private boolean misplaced;

  private Envelope(ImageFile file, Findings findings) {
    this.file = file;
    this.findings = findings;
  }

  /** Checks the envelope of {@code file}. */
  public static Envelope check(ImageFile file, Findings findings) throws IOException {
    Envelope envelope = new Envelope(file, findings);
    if (envelope.readHeader()) {
      envelope.readFooter();
      envelope.interpret();
    }
    return envelope;
  }

  /** Checks the header of a file that may have been cut, and nothing else. */
  public static Envelope checkHeader(ImageFile file, Findings findings) throws IOException {
    Envelope envelope = new Envelope(file, findings);
    if (envelope.readHeader() && envelope.headerSound()) {
      envelope.layout = Optional.of(Layout.of(envelope.headerBytes, null, file.length()));
    }
    return envelope;
  }

  /** False when the file is too short for a header or has no footer. */
  public boolean complete() {
    return complete;
  }

  /** Present when the sizes in the header can be relied on. */
  public Optional<Layout> layout() {
    return layout;
  }

  /** Present when the footer is sound. */
  public Optional<CkimgImage.Footer> footer() {
    return footer;
  }

  /** Where the directory is; absent without a sound footer, or when no directory is there. */
  public OptionalLong directoryOffset() {
    return misplaced
        ? OptionalLong.empty()
        : footer.map(f -> OptionalLong.of(f.directoryOffset())).orElse(OptionalLong.empty());
  }

  /** Present when the directory is one; single entries may still break rules. */
  public Optional<EntryTable> entries() {
    return entries;
  }

  /** The root digest, present when the file has it. */
  public Optional<Digest> identity() {
    return rootFits ? footer.map(f -> Digest.of(f.root())) : Optional.empty();
  }

  private boolean readHeader() throws IOException {
    if (file.length() < Format.HEADER_BYTES || file.length() > Format.MAX_FILE_BYTES) {
      findings.add(Rule.HDR_01, "header", 0, "the file has %d bytes".formatted(file.length()));
      return false;
    }
    headerBytes = file.read(0, Format.HEADER_BYTES);
    return true;
  }

  private boolean headerSound() throws IOException {
    if (headerBytes.getLong(0) != Format.MAGIC) {
      findings.add(Rule.HDR_02, "header", 0, "this is no checkpoint image");
      return false;
    }
    int major = Short.toUnsignedInt(headerBytes.getShort(8));
    if (major != Format.MAJOR) {
      findings.add(Rule.HDR_03, "header", 8, "major is " + major + ", this reads 1");
      return false;
    }
    int crc = Hashes.crc(headerBytes, 0, CRC_AT);
    if (crc != headerBytes.getInt(CRC_AT)) {
      String text = SectionCheck.mismatch(crc, headerBytes.getInt(CRC_AT));
      findings.add(Rule.HDR_10, "header", CRC_AT, text);
      return false;
    }
    headerIntact = true;
    Optional<CkimgImage.Header> header =
        new Piece("header", 0, headerBytes).parse(CkimgImage.Header::new, findings);
    return header.isPresent() && parentFits(header.get());
  }

  private boolean parentFits(CkimgImage.Header header) throws IOException {
    boolean zero = Arrays.equals(header.parent(), new byte[Digest.LENGTH]);
    if (zero != (header.chainDepth() == 0)) {
      String text = "chain_depth is %d, parent %s zero";
      String is = zero ? "is" : "is not";
      findings.add(Rule.HDR_11, "header", 40, text.formatted(header.chainDepth(), is));
      return false;
    }
    return true;
  }

  private void readFooter() throws IOException {
    if (file.length() < Format.HEADER_BYTES + Format.SECTION_HEAD_BYTES + Format.FOOTER_BYTES) {
      return;
    }
    footerBytes = file.read(footerOffset(), Format.FOOTER_BYTES);
    complete = startsFooter() || endsFooter();
  }

  private boolean startsFooter() {
    return footerBytes.getLong(0) == Format.FOOTER_MAGIC;
  }

  private boolean endsFooter() {
    return footerBytes.getLong(Format.FOOTER_BYTES - Long.BYTES) == Format.END_MAGIC;
  }

  private long footerOffset() {
    return file.length() - Format.FOOTER_BYTES;
  }

  private void interpret() throws IOException {
    boolean sound = headerSound();
    if (sound) {
      layout = Optional.of(Layout.of(headerBytes, footerBytes, file.length()));
    } else if (headerIntact && sizesSound()) {
      layout = Optional.of(Layout.despite(headerBytes, footerBytes, file.length()));
    }
    if (!complete) {
      String text = "the file has %d bytes and ends without a footer".formatted(file.length());
      findings.add(Rule.FTR_10, "footer", file.length(), text);
    } else if (footerIntact() && layout.isPresent()) {
      footer =
          new Piece("footer", footerOffset(), footerBytes)
              .parse(io -> new CkimgImage.Footer(io, null, layout.get().root()), findings);
      if (footer.isPresent()) {
        checkUnsigned(footer.get());
        readDirectory(footer.get());
      }
    }
  }

  private boolean sizesSound() {
    int pageShift = headerBytes.get(12);
    return (pageShift == 12 || pageShift == 14 || pageShift == 16)
        && headerBytes.get(13) == Format.FRAME_SHIFT
        && headerBytes.get(14) == Format.BLOCK_SHIFT;
  }

  private boolean footerIntact() throws IOException {
    if (!startsFooter() || !endsFooter()) {
      long at = startsFooter() ? file.length() - Long.BYTES : footerOffset();
      findings.add(Rule.FTR_01, "footer", at, "the footer has only one of its magic numbers");
      return false;
    }
    int crc = Hashes.crc(footerBytes, 0, FOOTER_CRC_AT);
    if (crc != footerBytes.getInt(FOOTER_CRC_AT)) {
      String text = SectionCheck.mismatch(crc, footerBytes.getInt(FOOTER_CRC_AT));
      findings.add(Rule.FTR_06, "footer", footerOffset() + FOOTER_CRC_AT, text);
      return false;
    }
    return true;
  }

  private void checkUnsigned(CkimgImage.Footer end) throws IOException {
    boolean unsigned = end.signatureAlgorithm() == Format.SIGNATURE_NONE;
    if (unsigned && Hashes.firstNonZero(footerBytes, KEY_AT, SIGNATURE_END) >= 0) {
      String text = "signature_algorithm is 0, key and signature are not zero";
      findings.add(Rule.FTR_08, "footer", footerOffset() + KEY_AT, text);
    }
  }

  private void readDirectory(CkimgImage.Footer end) throws IOException {
    SectionCheck check = new SectionCheck(file, layout.get(), findings);
    Optional<SectionCheck.Head> found = check.head(end.directoryOffset(), "DIRECTORY");
    if (found.isEmpty() || !isDirectory(found.get(), end)) {
      return;
    }
    SectionCheck.Head head = found.get();
    Optional<ByteBuffer> meta = check.meta(head);
    if (meta.isEmpty()) {
      return;
    }
    checkRoot(head, meta.get(), end);
    if (head.info().metaBytes() != end.numSections() * Format.DIRECTORY_ENTRY_BYTES) {
      String text = "%d bytes for %d entries of %d";
      findings.add(
          Rule.DIR_01,
          "DIRECTORY",
          head.info().offset() + Format.SECTION_HEAD_BYTES,
          text.formatted(head.info().metaBytes(), end.numSections(), Format.DIRECTORY_ENTRY_BYTES));
      return;
    }
    entries = Optional.of(table(head, meta.get()));
  }

  private EntryTable table(SectionCheck.Head head, ByteBuffer meta) throws IOException {
    long at = head.info().offset();
    EntryTable table = new EntryTable(meta, at + Format.SECTION_HEAD_BYTES, at, findings);
    if (head.info().number() != table.size()) {
      String text = "number is %d, %d expected".formatted(head.info().number(), table.size());
      findings.add(Rule.SEC_11, "DIRECTORY", at + 8, text);
    }
    if (head.info().flags() != Format.FLAG_CRITICAL) {
      findings.add(Rule.SEC_14, "DIRECTORY", at + 6, "flags is " + head.info().flags());
    }
    if (head.info().item() != 0) {
      findings.add(Rule.SEC_15, "DIRECTORY", at + 12, "part 0 is missing");
    }
    return table;
  }

  /** A directory that does not end where the footer starts is not interpreted. */
  private boolean isDirectory(SectionCheck.Head head, CkimgImage.Footer end) throws IOException {
    if (!head.info().is(SectionType.DIRECTORY)) {
      misplaced = true;
      String text = "directory_offset is that of a section of type %#x";
      findings.add(Rule.SEC_10, "footer", footerOffset() + 8, text.formatted(head.info().type()));
      return false;
    }
    long directoryEnd = end.directoryOffset() + head.span(layout.get());
    if (directoryEnd != footerOffset()) {
      String text = "the directory ends at %d, the footer starts at %d";
      findings.add(
          Rule.SEC_10,
          "DIRECTORY",
          end.directoryOffset(),
          text.formatted(directoryEnd, footerOffset()));
      return false;
    }
    return true;
  }

  private void checkRoot(SectionCheck.Head head, ByteBuffer meta, CkimgImage.Footer end)
      throws IOException {
    if (!headerIntact) {
      return;
    }
    MessageDigest digest = Hashes.tagged("root");
    digest.update(headerBytes.array());
    digest.update(head.bytes().array());
    digest.update(meta.array());
    digest.update(footerBytes.array(), 0, ROOT_COVERS);
    Digest actual = Digest.of(digest.digest());
    rootFits = actual.equals(Digest.of(end.root()));
    if (!rootFits) {
      String text = "the digest is %s, root is %s".formatted(actual, Digest.of(end.root()));
      findings.add(Rule.FTR_07, "footer", footerOffset() + ROOT_COVERS, text);
    }
  }
}
