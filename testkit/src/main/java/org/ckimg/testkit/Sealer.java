package org.ckimg.testkit;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Computes what follows from other bytes, from the pages up to the signature, except bytes that are
 * pinned. Where things are is told by spans of the image before it lied.
 */
final class Sealer {
  static final int ENTRY = 80;

  private final byte[] image;
  private final BitSet pinned;
  private final int pageSize;

  Sealer(byte[] image, BitSet pinned, int pageSize) {
    this.image = image;
    this.pinned = pinned;
    this.pageSize = pageSize;
  }

  /**
   * Seals a whole image.
   *
   * @param spans all sections, the directory last
   * @param signer who signs; null leaves the signature as it is
   */
  void image(List<Span> spans, Signer signer) {
    Span directory = spans.getLast();
    header();
    for (int i = 0; i < spans.size() - 1; i++) {
      section(spans.get(i));
      byte[] entry = entry(spans.get(i), spans.get(i).start());
      derive(directory.meta() + i * ENTRY, entry);
    }
    section(directory);
    footer(Arrays.copyOf(image, Span.HEADER), directory, signer);
  }

  void header() {
    derive(124, Numbers.of(4, Hashes.crc32c(image, 0, 124)));
  }

  /** Root, signature and checksum of the footer behind the directory. */
  void footer(byte[] header, Span directory, Signer signer) {
    int footer = directory.end();
    byte[] root =
        Hashes.sha256(
            Hashes.tag("root"),
            header,
            Arrays.copyOfRange(image, directory.start(), directory.end()),
            Arrays.copyOfRange(image, footer, footer + 32));
    derive(footer + 32, root);
    if (signer != null) {
      derive(footer + 64, Numbers.of(2, 1));
      derive(footer + 72, signer.publicKey());
      derive(footer + 104, signer.sign(Arrays.copyOfRange(image, footer + 32, footer + 64)));
    }
    derive(footer + 240, Numbers.of(4, Hashes.crc32c(image, footer, footer + 240)));
  }

  /** Frames, meta and head of one section. */
  void section(Span span) {
    span.frames().forEach(frame -> frame(span, frame));
    derive(span.start() + 36, Numbers.of(4, Hashes.crc32c(image, span.meta(), span.dataStart())));
    derive(span.start() + 60, Numbers.of(4, Hashes.crc32c(image, span.start(), span.start() + 60)));
  }

  private void frame(Span span, Span.Frame frame) {
    derive(frame.entry() + 8, Numbers.of(4, Hashes.crc32c(image, frame.start(), frame.end())));
    MessageDigest leaf = Hashes.digest();
    leaf.update(Hashes.tag(frame.raw() ? "raw" : "coded"));
    if (!frame.raw()) {
      leaf.update(image, frame.start(), frame.end() - frame.start());
      derive(frame.entry() + 16, leaf.digest());
      return;
    }
    int ordinal = frame.firstOrdinal();
    for (int at = frame.start(); at < frame.end(); at += pageSize) {
      byte[] digest = Hashes.sha256(image, at, at + pageSize);
      derive(span.digests() + 16 * ordinal++, Arrays.copyOf(digest, 16));
      leaf.update(digest);
    }
    derive(frame.entry() + 16, leaf.digest());
  }

  /** The directory entry of a section that starts at {@code fileOffset}. */
  byte[] entry(Span span, long fileOffset) {
    byte[] entry = new byte[ENTRY];
    System.arraycopy(image, span.start() + 4, entry, 0, 4);
    System.arraycopy(image, span.start() + 12, entry, 4, 4);
    System.arraycopy(Numbers.of(8, fileOffset), 0, entry, 8, 8);
    System.arraycopy(image, span.start() + 24, entry, 16, 8);
    if (span.isBlock()) {
      int meta = span.meta();
      System.arraycopy(image, meta + 8, entry, 24, 8);
      System.arraycopy(image, meta + 4, entry, 32, 4);
      System.arraycopy(image, meta + 28, entry, 36, 4);
      System.arraycopy(image, meta + 36, entry, 40, 8);
    }
    System.arraycopy(leaf(span), 0, entry, 48, 32);
    return entry;
  }

  private byte[] leaf(Span span) {
    MessageDigest leaf = Hashes.digest();
    leaf.update(Hashes.tag("section"));
    leaf.update(image, span.start(), span.dataStart() - span.start());
    leaf.update(image, span.dataEnd(), span.end() - span.dataEnd());
    return leaf.digest();
  }

  private void derive(int offset, byte[] value) {
    for (int i = 0; i < value.length; i++) {
      if (!pinned.get(offset + i)) {
        image[offset + i] = value[i];
      }
    }
  }
}
