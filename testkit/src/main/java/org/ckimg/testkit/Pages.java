package org.ckimg.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/** Pages of one object, cut into blocks when the image is built. */
public final class Pages implements Draft {
  /** How a page is written. */
  enum Kind {
    /** Zero, repeated or stored, as its content asks for. */
    CANONICAL,
    /** Stored, whatever its content. */
    STORED,
    INHERITED
  }

  /** An input page. */
  record Page(long index, Kind kind, byte[] content) {}

  private final int object;
  private final List<Page> pages = new ArrayList<>();
  private IntFunction<FrameCoder> coders = frame -> FrameCoder.RAW;
  private int blockPages;

  Pages(int object) {
    this.object = object;
  }

  /** A page that starts with {@code content} and goes on with zeroes. */
  public Pages page(long index, byte... content) {
    return add(index, Kind.CANONICAL, content);
  }

  /** Pages {@code [index, index + count)}, all zero. */
  public Pages zeros(long index, int count) {
    for (int i = 0; i < count; i++) {
      page(index + i);
    }
    return this;
  }

  /** A page that takes an ordinal even if it is zero or was there before. */
  public Pages stored(long index, byte... content) {
    return add(index, Kind.STORED, content);
  }

  /** A page that is as in the base object. */
  public Pages inherited(long index) {
    return add(index, Kind.INHERITED);
  }

  /** How frame n of each block is coded; raw unless told otherwise. */
  public Pages coders(IntFunction<FrameCoder> byFrame) {
    coders = byFrame;
    return this;
  }

  /** Blocks of this many pages, in place of 16 MiB. */
  public Pages blockPages(int count) {
    blockPages = count;
    return this;
  }

  private Pages add(long index, Kind kind, byte... content) {
    pages.add(new Page(index, kind, content));
    return this;
  }

  @Override
  public int type() {
    return 0x40;
  }

  @Override
  public int item() {
    return object;
  }

  List<Block> blocks(int pageShift) {
    int limit = blockPages != 0 ? blockPages : (1 << 24) >> pageShift;
    List<Page> sorted = new ArrayList<>(pages);
    sorted.sort(Comparator.comparingLong(Page::index));
    List<Block> blocks = new ArrayList<>();
    for (int from = 0; from < sorted.size(); from += limit) {
      List<Page> part = sorted.subList(from, Math.min(from + limit, sorted.size()));
      blocks.add(new Block(object, part, coders, 1 << pageShift));
    }
    return blocks;
  }

  /** A page of {@code size} bytes, all of them {@code value}. */
  public static byte[] fill(int size, int value) {
    byte[] page = new byte[size];
    Arrays.fill(page, (byte) value);
    return page;
  }
}
