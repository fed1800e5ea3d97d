package org.ckimg.testkit;

import java.util.ArrayList;
import java.util.List;

/**
 * Where a section of a sound image is, read before anything is made to lie.
 *
 * @param start of the head
 * @param metaEnd behind the meta
 * @param dataStart start of the data; the end when there is none
 * @param dataEnd behind the data
 * @param end behind the padding
 * @param isBlock true for PAGES
 * @param digests where the page digests start
 * @param frames of a block
 */
record Span(
    int start,
    int metaEnd,
    int dataStart,
    int dataEnd,
    int end,
    boolean isBlock,
    int digests,
    List<Frame> frames) {
  static final int HEADER = 128;
  static final int HEAD = 64;
  static final int FOOTER = 256;

  /** Frame of a block: its table entry, its bytes, and the number of stored pages before it. */
  record Frame(int entry, int start, int end, boolean raw, int firstOrdinal) {}

  /** Where the meta starts. */
  int meta() {
    return start + HEAD;
  }

  /** All sections of an image, the directory last. */
  static List<Span> all(byte[] image, int pageSize) {
    List<Span> spans = new ArrayList<>();
    int footer = image.length - FOOTER;
    for (int at = HEADER; at < footer; at = spans.getLast().end()) {
      spans.add(at(image, at, pageSize));
    }
    return spans;
  }

  /** The section whose head is at {@code start} of {@code image}. */
  static Span at(byte[] image, int start, int pageSize) {
    int metaEnd = start + HEAD + Numbers.u4(image, start + 24);
    int lenData = Numbers.u4(image, start + 28);
    int end =
        Numbers.align(lenData == 0 ? metaEnd : start + Numbers.u4(image, start + 32) + lenData);
    int dataStart = lenData == 0 ? end : start + Numbers.u4(image, start + 32);
    boolean isBlock = Numbers.u2(image, start + 4) == 0x40;
    int meta = start + HEAD;
    int frameTable = isBlock ? meta + 64 + 16 * Numbers.u4(image, meta + 24) : 0;
    int numFrames = isBlock ? Numbers.u4(image, meta + 32) : 0;
    List<Frame> frames = new ArrayList<>();
    int ordinal = 0;
    for (int i = 0; i < numFrames; i++) {
      int entry = frameTable + 48 * i;
      int from = dataStart + Numbers.u4(image, entry);
      int to = from + Numbers.u4(image, entry + 4);
      frames.add(new Frame(entry, from, to, image[entry + 12] == 0, ordinal));
      ordinal += (1 << 18) / pageSize;
    }
    int digests = frameTable + 48 * numFrames;
    return new Span(start, metaEnd, dataStart, dataStart + lenData, end, isBlock, digests, frames);
  }
}
