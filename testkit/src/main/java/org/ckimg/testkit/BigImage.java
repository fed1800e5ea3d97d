package org.ckimg.testkit;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;

/**
 * An image of more than 4 GiB: 260 full blocks of 64 KiB pages. Page n of the object, counted from
 * {@link #FIRST_PAGE}, holds the number n + 1 in its first 8 bytes and zeroes. The zeroes are holes
 * where the file system has them, so that the file takes a sixteenth of its length.
 */
public final class BigImage {
  /** First page of object 1, the only one. */
  public static final int FIRST_PAGE = 0x10;

  /** Pages of the object, all of them stored. */
  public static final int PAGES = 260 * 256;

  private static final int PAGE_SHIFT = 16;
  private static final int PAGE = 1 << PAGE_SHIFT;
  private static final int BLOCK_PAGES = 256;
  private static final int HOLE = 4096;

  private final FileChannel file;
  private final Canvas directory = new Canvas();
  private byte[] header;

  private BigImage(FileChannel file) {
    this.file = file;
  }

  /** Writes it to a new file. */
  public static void write(Path path) throws IOException {
    try (FileChannel file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      new BigImage(file).write();
    }
  }

  private void write() throws IOException {
    ImageBuilder image = Samples.withMemory().header("page_shift", PAGE_SHIFT);
    Canvas out = new Canvas();
    Sections sections = new Sections(out, PAGE_SHIFT);
    image.header(out);
    image.drafts().forEach(sections::add);
    long end = sections(out, 128);
    for (int from = 0; from < PAGES; from += BLOCK_PAGES) {
      out = new Canvas(end);
      sections.continueIn(out);
      sections.add(block(from));
      end = sections(out, 0);
    }
    out = new Canvas(end);
    sections.continueIn(out);
    sections.directory();
    ImageBuilder.footer(out, sections);
    close(out.toArray(), end);
  }

  private static Pages block(int from) {
    Pages pages = new Pages(1);
    for (int i = from; i < from + BLOCK_PAGES; i++) {
      pages.stored(FIRST_PAGE + i, Numbers.of(8, i + 1));
    }
    return pages;
  }

  /** Seals and writes the sections of {@code out} from {@code start}; returns the file's length. */
  private long sections(Canvas out, int start) throws IOException {
    byte[] bytes = out.toArray();
    long base = out.position() - bytes.length;
    Sealer sealer = new Sealer(bytes, new BitSet(), PAGE);
    if (base == 0) {
      sealer.header();
      header = Arrays.copyOf(bytes, 128);
    }
    for (int at = start; at < bytes.length; ) {
      Span span = Span.at(bytes, at, PAGE);
      sealer.section(span);
      directory.bytes("entry at " + (base + at), sealer.entry(span, base + at));
      at = span.end();
    }
    write(bytes, base);
    return out.position();
  }

  private void close(byte[] bytes, long base) throws IOException {
    Sealer sealer = new Sealer(bytes, new BitSet(), PAGE);
    byte[] entries = directory.toArray();
    System.arraycopy(entries, 0, bytes, Span.HEAD, entries.length);
    Span span = Span.at(bytes, 0, PAGE);
    sealer.section(span);
    sealer.footer(header, span, null);
    write(bytes, base);
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
