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
  private static final int ENTRY = 80;

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
    derive(124, Numbers.of(4, Hashes.crc32c(image, 0, 124)));
    for (int i = 0; i < spans.size() - 1; i++) {
      section(spans.get(i));
      entry(directory.start() + Span.HEAD + i * ENTRY, spans.get(i));
    }
    section(directory);
    int footer = directory.end();
    byte[] root = root(Arrays.copyOf(image, 128), directory, footer);
    derive(footer + 32, root);
    if (signer != null) {
      derive(footer + 72, signer.publicKey());
      derive(footer + 104, signer.sign(Arrays.copyOfRange(image, footer + 32, footer + 64)));
    }
    derive(footer + 240, Numbers.of(4, Hashes.crc32c(image, footer, footer + 240)));
  }

  private byte[] root(byte[] header, Span directory, int footer) {
    return Hashes.sha256(
        Hashes.tag("root"),
        header,
        Arrays.copyOfRange(image, directory.start(), directory.end()),
        Arrays.copyOfRange(image, footer, footer + 32));
  }

  /** Frames, meta and head of one section. */
  void section(Span span) {
    span.frames().forEach(frame -> frame(span, frame));
    derive(
        span.start() + 36,
        Numbers.of(4, Hashes.crc32c(image, span.start() + Span.HEAD, span.dataStart())));
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

  /** The directory entry at {@code at} says what the section says. */
  private void entry(int at, Span span) {
    copy(span.start() + 4, at, 2);
    copy(span.start() + 6, at + 2, 2);
    copy(span.start() + 12, at + 4, 4);
    copy(span.start() + 24, at + 16, 4);
    copy(span.start() + 28, at + 20, 4);
    derive(at + 8, Numbers.of(8, span.start()));
    if (span.isBlock()) {
      int meta = span.start() + Span.HEAD;
      copy(meta + 8, at + 24, 8);
      copy(meta + 4, at + 32, 4);
      copy(meta + 28, at + 36, 4);
      copy(meta + 36, at + 40, 4);
      copy(meta + 40, at + 44, 4);
    }
    derive(at + 48, leaf(span));
  }

  byte[] leaf(Span span) {
    MessageDigest leaf = Hashes.digest();
    leaf.update(Hashes.tag("section"));
    leaf.update(image, span.start(), span.dataStart() - span.start());
    leaf.update(image, span.dataEnd(), span.end() - span.dataEnd());
    return leaf.digest();
  }

  private void copy(int from, int to, int size) {
    derive(to, Arrays.copyOfRange(image, from, from + size));
  }

  private void derive(int offset, byte[] value) {
    int next = pinned.nextSetBit(offset);
    if (next < 0 || next >= offset + value.length) {
      System.arraycopy(value, 0, image, offset, value.length);
    }
  }
}
