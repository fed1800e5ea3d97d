package org.ckimg.interop.criu;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.Finding;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.model.PageRuns;

/** An object put together from pieces of files that start anywhere. */
final class ByteStore implements PageStore {
  /**
   * A piece.
   *
   * @param at first byte in the object
   * @param length bytes, at least 1
   * @param source has them
   * @param offset of the first one there
   */
  record Piece(long at, long length, ByteSource source, long offset) {
    long end() {
      return at + length;
    }
  }

  private final List<Piece> pieces;
  private final int pageShift;
  private final PageRuns pages;

  /**
   * An object.
   *
   * @param pieces ascending, not overlapping; between them are zeroes
   */
  ByteStore(List<Piece> pieces, int pageShift) {
    this.pieces = List.copyOf(pieces);
    this.pageShift = pageShift;
    PageRuns.Builder runs = new PageRuns.Builder();
    long next = 0;
    for (Piece piece : pieces) {
      long first = Math.max(next, piece.at >>> pageShift);
      next = (piece.end() - 1 >>> pageShift) + 1;
      if (next > first) {
        runs.add(first, next - first);
      }
    }
    this.pages = runs.build();
  }

  @Override
  public PageRuns pages() {
    return pages;
  }

  @Override
  public PageRuns inherited() {
    return PageRuns.EMPTY;
  }

  @Override
  public void read(long firstPage, int numPages, MemorySegment into) throws IOException {
    long start = firstPage << pageShift;
    long end = start + ((long) numPages << pageShift);
    into.asSlice(0, end - start).fill((byte) 0);
    for (int i = firstBehind(start); i < pieces.size() && pieces.get(i).at < end; i++) {
      Piece piece = pieces.get(i);
      long from = Math.max(start, piece.at);
      long to = Math.min(end, piece.end());
      copy(piece, from - piece.at, into.asSlice(from - start, to - from));
    }
  }

  /** Index of the first piece that ends behind {@code at}. */
  private int firstBehind(long at) {
    int low = 0;
    int high = pieces.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (pieces.get(middle).end() <= at) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static void copy(Piece piece, long skip, MemorySegment into) throws IOException {
    ByteSource source = piece.source;
    long offset = piece.offset + skip;
    if (source.read(offset, into.asByteBuffer()) < into.byteSize()) {
      throw new TruncatedImageException(
          new Finding(CriuRule.PAYLOAD, source.name(), offset, "became shorter while it was read"));
    }
  }
}
