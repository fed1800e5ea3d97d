package org.ckimg.reader.internal.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Hashes;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Digest;

/** Reads frames and proves them by checksum, leaf and page digests. Safe for several threads. */
public final class FrameReader {
  private final ImageFile file;
  private final int pageSize;

  /** Reads frames of {@code file}. */
  public FrameReader(ImageFile file, int pageSize) {
    this.file = file;
    this.pageSize = pageSize;
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
   * Checks the stored bytes of a frame.
   *
   * @param stored from position to limit; for a raw frame its pages
   * @param pages takes what a coded frame decodes to; exactly the pages of the frame
   * @return the full digests of the pages; none when checksum or code are wrong
   */
  public List<Digest> prove(
      Block block, int frame, ByteBuffer stored, ByteBuffer pages, Findings findings)
      throws IOException {
    int crc = Hashes.crc(stored, stored.position(), stored.remaining());
    if (crc != block.frames().crc(frame)) {
      String text = "the bytes have %08x, the checksum says %08x";
      broken(block, frame, Rule.PAG_09, text.formatted(crc, block.frames().crc(frame)), findings);
      return List.of();
    }
    return block.frames().codec(frame) == Format.CODEC_RAW
        ? proveRaw(block, frame, stored, findings)
        : proveCoded(block, frame, stored, pages, findings);
  }

  private List<Digest> proveRaw(Block block, int frame, ByteBuffer pages, Findings findings)
      throws IOException {
    List<Digest> digests = pageDigests(block, frame, pages, findings);
    MessageDigest leaf = Hashes.tagged("raw");
    digests.forEach(digest -> leaf.update(digest.value().toArray()));
    isLeaf(block, frame, leaf, findings);
    return digests;
  }

  /** A decoder gets to see only what the leaf proves. */
  private List<Digest> proveCoded(
      Block block, int frame, ByteBuffer stored, ByteBuffer pages, Findings findings)
      throws IOException {
    MessageDigest leaf = Hashes.tagged("coded");
    leaf.update(stored.duplicate());
    if (!isLeaf(block, frame, leaf, findings)) {
      return List.of();
    }
    if (!FrameDecoder.decode(block.frames().codec(frame), stored, pages)) {
      String text = "it does not decode to %d bytes".formatted(pages.remaining());
      broken(block, frame, Rule.PAG_16, text, findings);
      return List.of();
    }
    return pageDigests(block, frame, pages, findings);
  }

  private boolean isLeaf(Block block, int frame, MessageDigest leaf, Findings findings)
      throws IOException {
    Digest actual = Digest.of(leaf.digest());
    Digest wanted = block.frames().leaf(frame);
    if (actual.equals(wanted)) {
      return true;
    }
    String text = "the digest is %s, leaf is %s".formatted(actual, wanted);
    broken(block, frame, Rule.PAG_11, text, findings);
    return false;
  }

  private static void broken(Block block, int frame, Rule rule, String text, Findings findings)
      throws IOException {
    findings.add(rule, block.info().name(), offset(block, frame), "frame " + frame + ": " + text);
  }

  private List<Digest> pageDigests(Block block, int frame, ByteBuffer pages, Findings findings)
      throws IOException {
    MessageDigest sha = Hashes.sha256();
    int first = frame * ((1 << Format.FRAME_SHIFT) / pageSize);
    int count = pages.remaining() / pageSize;
    List<Digest> digests = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      sha.update(pages.slice(pages.position() + i * pageSize, pageSize));
      byte[] full = sha.digest();
      if (!block.digests().fits(first + i, full)) {
        String text = "stored page %d has the digest %s".formatted(first + i, Digest.of(full));
        boolean raw = block.frames().codec(frame) == Format.CODEC_RAW;
        long within = raw ? (long) i * pageSize : 0;
        findings.add(Rule.PAG_10, block.info().name(), offset(block, frame) + within, text);
      }
      digests.add(Digest.of(full));
    }
    return digests;
  }
}
