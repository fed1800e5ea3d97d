package org.ckimg.reader.internal.pages;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.Hashes;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Digest;

/** Reads frames and proves them by checksum, page digests and leaf. Safe for several threads. */
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
    Optional<Finding> undecoded = undecoded(block, frame);
    if (undecoded.isPresent()) {
      throw new UnsupportedImageException(undecoded.get());
    }
    int start = into.position();
    file.read(offset(block, frame), into);
    prove(block, frame, into.position(start), Findings.REFUSE);
  }

  /** Says that a frame is coded in a way that is not decoded here; empty for a raw one. */
  public static Optional<Finding> undecoded(Block block, int frame) {
    int codec = block.frames().codec(frame);
    if (codec == Format.CODEC_RAW) {
      return Optional.empty();
    }
    String name = codec == Format.CODEC_LZ4 ? "LZ4" : "Zstandard";
    String text = "frame %d is coded with %s, which this version does not read";
    return Optional.of(
        new Finding(
            Rule.PAG_16, block.info().name(), offset(block, frame), text.formatted(frame, name)));
  }

  /**
   * Checks the stored bytes of a frame, from position to limit.
   *
   * @return the full digests of the pages of a raw frame; none when the checksum is wrong
   */
  public List<Digest> prove(Block block, int frame, ByteBuffer stored, Findings findings)
      throws IOException {
    String section = block.info().name();
    long offset = offset(block, frame);
    int crc = Hashes.crc(stored, stored.position(), stored.remaining());
    if (crc != block.frames().crc(frame)) {
      String text = "frame %d: the bytes have %08x, the checksum says %08x";
      findings.add(
          Rule.PAG_09, section, offset, text.formatted(frame, crc, block.frames().crc(frame)));
      return List.of();
    }
    boolean raw = block.frames().codec(frame) == Format.CODEC_RAW;
    MessageDigest leaf = Hashes.tagged(raw ? "raw" : "coded");
    List<Digest> digests = List.of();
    if (raw) {
      digests = pageDigests(block, frame, stored, findings);
      digests.forEach(digest -> leaf.update(digest.value().toArray()));
    } else {
      leaf.update(stored.duplicate());
    }
    Digest actual = Digest.of(leaf.digest());
    if (!actual.equals(block.frames().leaf(frame))) {
      String text = "frame %d: the digest is %s, leaf is %s";
      findings.add(
          Rule.PAG_11, section, offset, text.formatted(frame, actual, block.frames().leaf(frame)));
    }
    return digests;
  }

  private List<Digest> pageDigests(Block block, int frame, ByteBuffer stored, Findings findings)
      throws IOException {
    MessageDigest sha = Hashes.sha256();
    int first = frame * ((1 << Format.FRAME_SHIFT) / pageSize);
    int count = stored.remaining() / pageSize;
    List<Digest> digests = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      sha.update(stored.slice(stored.position() + i * pageSize, pageSize));
      byte[] full = sha.digest();
      if (!block.digests().fits(first + i, full)) {
        String text = "stored page %d has the digest %s".formatted(first + i, Digest.of(full));
        findings.add(
            Rule.PAG_10, block.info().name(), offset(block, frame) + (long) i * pageSize, text);
      }
      digests.add(Digest.of(full));
    }
    return digests;
  }
}
