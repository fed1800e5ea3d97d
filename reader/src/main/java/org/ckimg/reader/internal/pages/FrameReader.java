package org.ckimg.reader.internal.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Hashes;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Digest;

/**
 * Reads frames and proves them by checksum, leaf and page digests. For one thread at a time: it
 * keeps its buffers, so that a page costs nothing but its hash.
 */
public final class FrameReader {
  private static final byte[] RAW_TAG = Hashes.tag("raw");
  private static final byte[] CODED_TAG = Hashes.tag("coded");

  private final ImageFile file;
  private final int pageSize;
  private final CRC32C crc = new CRC32C();
  private final MessageDigest sha = Hashes.sha256();
  private final byte[] page;
  private final byte[] digests;
  private final byte[] leaf = new byte[Digest.LENGTH];

  /** Reads frames of {@code file}. */
  public FrameReader(ImageFile file, int pageSize) {
    this.file = file;
    this.pageSize = pageSize;
    this.page = new byte[pageSize];
    this.digests = new byte[(1 << Format.FRAME_SHIFT) / pageSize * Digest.LENGTH];
  }

  /** Bytes in the file from the image's start to a frame. */
  public static long offset(Block block, int frame) {
    return block.dataOffset() + block.frames().offset(frame);
  }

  /**
   * Reads the pages of a frame; what is in {@code into} is worth nothing after an exception.
   *
   * @param into exactly the pages of the frame
   */
  public void read(Block block, int frame, ByteBuffer into) throws IOException {
    int start = into.position();
    boolean raw = block.frames().codec(frame) == Format.CODEC_RAW;
    ByteBuffer stored = raw ? into : ByteBuffer.allocate(block.frames().length(frame));
    file.read(offset(block, frame), stored);
    ByteBuffer pages = into.position(start).slice();
    prove(block, frame, raw ? pages : stored.flip(), pages, Findings.REFUSE);
    into.position(into.limit());
  }

  /**
   * The same, and the pages of a raw frame are proven by its checksum alone: for whoever looks for
   * something, and reads what was found.
   */
  public void scan(Block block, int frame, ByteBuffer into) throws IOException {
    if (block.frames().codec(frame) != Format.CODEC_RAW) {
      read(block, frame, into);
      return;
    }
    int start = into.position();
    file.read(offset(block, frame), into);
    checksumFits(block, frame, into.duplicate().position(start), Findings.REFUSE);
  }

  /**
   * Checks the stored bytes of a frame.
   *
   * @param stored from position to limit; for a raw frame its pages
   * @param pages takes what a coded frame decodes to; exactly the pages of the frame
   * @return how many pages were hashed, see {@link #digests}; none when checksum or code are wrong
   */
  public int prove(Block block, int frame, ByteBuffer stored, ByteBuffer pages, Findings findings)
      throws IOException {
    if (!checksumFits(block, frame, stored, findings)) {
      return 0;
    }
    return block.frames().codec(frame) == Format.CODEC_RAW
        ? proveRaw(block, frame, stored, findings)
        : proveCoded(block, frame, stored, pages, findings);
  }

  /**
   * Checks the checksum of a frame alone.
   *
   * @param stored from position to limit
   */
  public boolean checksumFits(Block block, int frame, ByteBuffer stored, Findings findings)
      throws IOException {
    crc.reset();
    crc.update(stored.duplicate());
    int actual = (int) crc.getValue();
    boolean fits = actual == block.frames().crc(frame);
    if (!fits) {
      String text = "the bytes have %08x, the checksum says %08x";
      text = text.formatted(actual, block.frames().crc(frame));
      broken(block, frame, Rule.PAG_09, text, findings);
    }
    return fits;
  }

  /** Full digests of the pages that were hashed last, 32 bytes each; valid until the next call. */
  public byte[] digests() {
    return digests;
  }

  private int proveRaw(Block block, int frame, ByteBuffer pages, Findings findings)
      throws IOException {
    int count = hashPages(block, frame, pages, findings);
    sha.update(RAW_TAG);
    sha.update(digests, 0, count * Digest.LENGTH);
    isLeaf(block, frame, findings);
    return count;
  }

  /** A decoder gets to see only what the leaf proves. */
  private int proveCoded(
      Block block, int frame, ByteBuffer stored, ByteBuffer pages, Findings findings)
      throws IOException {
    sha.update(CODED_TAG);
    sha.update(stored.duplicate());
    if (!isLeaf(block, frame, findings)) {
      return 0;
    }
    if (!FrameDecoder.decode(block.frames().codec(frame), stored, pages)) {
      String text = "it does not decode to %d bytes".formatted(pages.remaining());
      broken(block, frame, Rule.PAG_16, text, findings);
      return 0;
    }
    return hashPages(block, frame, pages, findings);
  }

  private boolean isLeaf(Block block, int frame, Findings findings) throws IOException {
    digest(leaf, 0);
    Digest wanted = block.frames().leaf(frame);
    if (Digest.of(leaf).equals(wanted)) {
      return true;
    }
    String text = "the digest is %s, leaf is %s".formatted(Digest.of(leaf), wanted);
    broken(block, frame, Rule.PAG_11, text, findings);
    return false;
  }

  private static void broken(Block block, int frame, Rule rule, String text, Findings findings)
      throws IOException {
    findings.add(rule, block.info().name(), offset(block, frame), "frame " + frame + ": " + text);
  }

  /** The bytes are copied to the heap first: hashing them where they are is slower by a fifth. */
  private int hashPages(Block block, int frame, ByteBuffer pages, Findings findings)
      throws IOException {
    int first = frame * ((1 << Format.FRAME_SHIFT) / pageSize);
    int count = pages.remaining() / pageSize;
    for (int i = 0; i < count; i++) {
      pages.get(pages.position() + i * pageSize, page);
      sha.update(page);
      digest(digests, i * Digest.LENGTH);
      if (!block.digests().fits(first + i, digests, i * Digest.LENGTH)) {
        wrongDigest(block, frame, i, findings);
      }
    }
    return count;
  }

  private void wrongDigest(Block block, int frame, int index, Findings findings)
      throws IOException {
    int first = frame * ((1 << Format.FRAME_SHIFT) / pageSize);
    int at = index * Digest.LENGTH;
    Digest actual = Digest.of(Arrays.copyOfRange(digests, at, at + Digest.LENGTH));
    String text = "stored page %d has the digest %s".formatted(first + index, actual);
    boolean raw = block.frames().codec(frame) == Format.CODEC_RAW;
    long within = raw ? (long) index * pageSize : 0;
    findings.add(Rule.PAG_10, block.info().name(), offset(block, frame) + within, text);
  }

  private void digest(byte[] into, int at) {
    try {
      sha.digest(into, at, Digest.LENGTH);
    } catch (DigestException e) {
      throw new AssertionError("32 bytes are enough for SHA-256", e);
    }
  }
}
