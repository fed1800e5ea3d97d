package org.ckimg.dumper;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.ckimg.linux.proc.Mapping;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.PageRuns;

/** The bytes of a file that come with an image. Closing closes descriptors. */
sealed interface FileContent extends AutoCloseable {
  int PAGE_SHIFT = 12;
  long PAGE = 1L << PAGE_SHIFT;

  /** Pages that may hold anything but zeroes. */
  PageRuns pages() throws IOException;

  /** Reads pages; what is behind the end of the file is zero. */
  void read(long firstPage, MemorySegment pages) throws IOException;

  @Override
  void close();

  /** Adds the pages that touch a range of bytes. */
  private static void add(PageRuns.Builder runs, long start, long end) {
    long first = start >>> PAGE_SHIFT;
    long behind = end + PAGE - 1 >>> PAGE_SHIFT;
    if (behind > first) {
      runs.add(first, behind - first);
    }
  }

  /**
   * Read from the file itself.
   *
   * @param fd of a description that nobody else has
   * @param length bytes
   */
  record Opened(int fd, long length) implements FileContent {
    @Override
    public PageRuns pages() throws IOException {
      PageRuns.Builder runs = new PageRuns.Builder();
      long end = 0;
      while (end < length) {
        long data = FileCalls.seek(fd, end, FileCalls.SEEK_DATA);
        if (data < 0 || data >= length) {
          break;
        }
        end = Math.min(length, FileCalls.seek(fd, data, FileCalls.SEEK_HOLE));
        add(runs, data, end);
      }
      return runs.build();
    }

    @Override
    public void read(long firstPage, MemorySegment pages) throws IOException {
      pages.fill((byte) 0);
      long start = firstPage << PAGE_SHIFT;
      long wanted = Math.min(pages.byteSize(), length - start);
      long done = 0;
      while (done < wanted) {
        long n = FileCalls.pread(fd, pages.asSlice(done, wanted - done), start + done);
        if (n == 0) {
          return;
        }
        done += n;
      }
    }

    @Override
    public void close() {
      FileCalls.close(fd);
    }
  }

  /**
   * A piece of it that a stopped process has mapped.
   *
   * @param memory descriptor of /proc/PID/mem
   */
  record Piece(int memory, Mapping mapping) {
    long start() {
      return mapping.fileOffset();
    }

    long end() {
      return mapping.fileOffset() + mapping.end() - mapping.start();
    }

    long address(long offset) {
      return mapping.start() + offset - mapping.fileOffset();
    }
  }

  /**
   * Read where processes have mapped it, for it cannot be opened; the rest is not known.
   *
   * @param pieces by their start in the file
   * @param length bytes; as far as the pieces reach when nobody tells it
   * @param told true when the kernel tells the length
   */
  record Mapped(List<Piece> pieces, long length, boolean told) implements FileContent {
    /** True when all of it is seen, and nobody sees a copy. */
    boolean isWhole() {
      return pieces.stream().allMatch(piece -> piece.mapping().shared())
          && seen(pieces.stream().map(Piece::mapping).toList()) >= length;
    }

    /**
     * Bytes from the start that mappings show without a gap.
     *
     * @param mappings of one file, by their offset
     */
    static long seen(List<Mapping> mappings) {
      long end = 0;
      for (Mapping mapping : mappings) {
        if (mapping.fileOffset() <= end) {
          end = Math.max(end, mapping.fileOffset() + mapping.end() - mapping.start());
        }
      }
      return end;
    }

    @Override
    public PageRuns pages() {
      PageRuns.Builder runs = new PageRuns.Builder();
      long done = 0;
      for (Piece piece : pieces) {
        long end = Math.min(piece.end(), length);
        if (end > done) {
          add(runs, Math.max(done, piece.start()), end);
          done = end;
        }
      }
      return runs.build();
    }

    @Override
    public void read(long firstPage, MemorySegment pages) throws IOException {
      pages.fill((byte) 0);
      long first = firstPage << PAGE_SHIFT;
      for (Piece piece : pieces) {
        long from = Math.max(first, piece.start());
        long to = Math.min(first + pages.byteSize(), piece.end());
        for (long at = from; at < to; at += PAGE) {
          readPage(piece, at, pages.asSlice(at - first, PAGE));
        }
      }
    }

    /** A page behind the end of the file cannot be read, and has nothing; any other has bytes. */
    private void readPage(Piece piece, long offset, MemorySegment page) throws SyscallException {
      try {
        FileCalls.pread(piece.memory(), page, piece.address(offset));
      } catch (SyscallException e) {
        boolean mayBeBehindTheEnd = !told || offset >= length;
        if (e.errno() != org.ckimg.linux.sys.Errno.EIO || !mayBeBehindTheEnd) {
          throw e;
        }
      }
    }

    @Override
    public void close() {
      pieces.stream().mapToInt(Piece::memory).distinct().forEach(FileCalls::close);
    }
  }
}
