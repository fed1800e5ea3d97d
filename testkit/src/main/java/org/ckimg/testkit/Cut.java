package org.ckimg.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A sound image that ends early and does not look so: what is left of its sections is followed by a
 * directory and a footer that know of nothing else, and every checksum is made anew.
 */
final class Cut {
  private final byte[] sound;
  private final int pageSize;
  private final List<Span> sections;
  private final Span directory;

  Cut(byte[] sound) {
    this.sound = sound;
    this.pageSize = 1 << sound[12];
    List<Span> spans = Span.all(sound, pageSize);
    this.directory = spans.getLast();
    this.sections = spans.subList(0, spans.size() - 1);
  }

  /** One for each byte from the header to the end of the directory's meta. */
  int cases() {
    return directory.metaEnd() - Span.HEADER;
  }

  /** The image that is cut {@code number} bytes behind the header. */
  byte[] at(int number) {
    int length = Span.HEADER + number;
    List<Span> left = new ArrayList<>(sections);
    left.removeIf(span -> length < span.meta());
    if (!left.isEmpty()) {
      left.add(shortened(left.removeLast(), length));
    }
    int start = left.isEmpty() ? Span.HEADER : left.getLast().end();
    int entries =
        length < directory.meta() ? left.size() * Sealer.ENTRY : length - directory.meta();
    byte[] image = new byte[start + Numbers.align(Span.HEAD + entries) + Span.FOOTER];
    System.arraycopy(sound, 0, image, 0, Span.HEADER);
    left.forEach(span -> copy(span, image));
    close(image, start, left.size(), entries);
    seal(image, left, Span.at(image, start, pageSize));
    return image;
  }

  /** What a section is when nothing behind {@code length} is there. */
  private static Span shortened(Span span, int length) {
    int metaEnd = Math.min(length, span.metaEnd());
    boolean hasData = span.dataStart() < Math.min(length, span.dataEnd());
    int dataEnd = Math.min(length, span.dataEnd());
    int end = Numbers.align(hasData ? dataEnd : metaEnd);
    return new Span(
        span.start(),
        metaEnd,
        hasData ? span.dataStart() : end,
        hasData ? dataEnd : end,
        end,
        span.isBlock() && metaEnd == span.metaEnd(),
        span.digests(),
        span.frames().stream().filter(frame -> hasData && frame.end() <= dataEnd).toList());
  }

  private void copy(Span span, byte[] image) {
    int lenData = span.dataEnd() - span.dataStart();
    int written = lenData == 0 ? span.metaEnd() : span.dataEnd();
    System.arraycopy(sound, span.start(), image, span.start(), written - span.start());
    put(image, span.start() + 24, 4, span.metaEnd() - span.meta());
    put(image, span.start() + 28, 4, lenData);
    put(image, span.start() + 32, 4, lenData == 0 ? 0 : span.dataStart() - span.start());
  }

  /** Head and entries of the directory, and the footer, for so many sections. */
  private void close(byte[] image, int start, int count, int entries) {
    int footer = image.length - Span.FOOTER;
    System.arraycopy(sound, directory.start(), image, start, Span.HEAD + entries);
    put(image, start + 8, 4, count);
    put(image, start + 16, 8, start);
    put(image, start + 24, 4, entries);
    System.arraycopy(sound, directory.end(), image, footer, Span.FOOTER);
    put(image, footer + 8, 8, start);
    put(image, footer + 16, 8, image.length);
    put(image, footer + 24, 4, count);
  }

  private void seal(byte[] image, List<Span> left, Span end) {
    Sealer sealer = new Sealer(image, new BitSet(), pageSize);
    if (!left.isEmpty()) {
      Span last = left.getLast();
      sealer.section(last);
      int entry = end.meta() + (left.size() - 1) * Sealer.ENTRY;
      if (entry + Sealer.ENTRY <= end.metaEnd()) {
        System.arraycopy(sealer.entry(last, last.start()), 0, image, entry, Sealer.ENTRY);
      }
    }
    sealer.section(end);
    sealer.footer(Arrays.copyOf(image, Span.HEADER), end, null);
  }

  private static void put(byte[] image, int offset, int size, long value) {
    System.arraycopy(Numbers.of(size, value), 0, image, offset, size);
  }
}
