package org.ckimg.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Writes an image that is too large for an array, section by section. What is zero becomes a hole
 * where the file system has them.
 */
final class SectionStream implements Closeable {
  private static final int HOLE = 4096;

  private final FileChannel file;
  private final int pageShift;
  private final Canvas directory = new Canvas();
  private final Sections sections;
  private final byte[] header;
  private long end;

  /** Writes header and sections of {@code image} to a new file. */
  SectionStream(Path path, ImageBuilder image, int pageShift) throws IOException {
    this.file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE);
    this.pageShift = pageShift;
    Canvas out = new Canvas();
    this.sections = new Sections(out, pageShift);
    image.header("page_shift", pageShift).header(out);
    image.drafts().forEach(sections::add);
    byte[] bytes = out.toArray();
    sealer(bytes).header();
    header = Arrays.copyOf(bytes, 128);
    write(bytes, 0, header.length);
  }

  /** Writes the next section. */
  void add(Draft draft) throws IOException {
    Canvas out = new Canvas(end);
    sections.continueIn(out);
    sections.add(draft);
    write(out.toArray(), end, 0);
  }

  /** Writes directory and footer. */
  @Override
  public void close() throws IOException {
    try (file) {
      Canvas out = new Canvas(end);
      sections.continueIn(out);
      sections.directory();
      ImageBuilder.footer(out, sections);
      byte[] bytes = out.toArray();
      byte[] entries = directory.toArray();
      System.arraycopy(entries, 0, bytes, Span.HEAD, entries.length);
      Span span = Span.at(bytes, 0, 1 << pageShift);
      sealer(bytes).section(span);
      sealer(bytes).footer(header, span, null);
      write(bytes, end);
    }
  }

  private Sealer sealer(byte[] bytes) {
    return new Sealer(bytes, new BitSet(), 1 << pageShift);
  }

  /** Seals the sections of {@code bytes} from {@code start}, and writes them. */
  private void write(byte[] bytes, long base, int start) throws IOException {
    for (int at = start; at < bytes.length; ) {
      Span span = Span.at(bytes, at, 1 << pageShift);
      sealer(bytes).section(span);
      directory.bytes("entry at " + (base + at), sealer(bytes).entry(span, base + at));
      at = span.end();
    }
    write(bytes, base);
    end = base + bytes.length;
  }

  /** Leaves out what is zero; the file's last byte is not. */
  private void write(byte[] bytes, long base) throws IOException {
    byte[] zeroes = new byte[HOLE];
    for (int at = 0; at < bytes.length; at += HOLE) {
      int length = Math.min(HOLE, bytes.length - at);
      if (!Arrays.equals(bytes, at, at + length, zeroes, 0, length)) {
        file.write(ByteBuffer.wrap(bytes, at, length), base + at);
      }
    }
  }
}
