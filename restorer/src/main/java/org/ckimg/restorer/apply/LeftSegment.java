package org.ckimg.restorer.apply;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import org.ckimg.linux.sys.AttachedSegment;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.restorer.tree.SharedSegment;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageRuns;

/**
 * A segment of System V shared memory that outlived its program, and gets the bytes again that the
 * program had in it. What others wrote there meanwhile is kept until the program runs.
 */
final class LeftSegment implements AutoCloseable {
  private static final int PAGE_SHIFT = 12;
  private static final long PAGE = 1L << PAGE_SHIFT;
  private static final long PIECE = 1 << 20;
  private static final int MFD_CLOEXEC = 1;

  private final SharedSegment segment;
  private final long bytes;

  /** Old pages, each at its place. */
  private final int kept;

  private final BitSet changed = new BitSet();

  private LeftSegment(SharedSegment segment, int kept) {
    this.segment = segment;
    this.bytes = segment.bytes() + PAGE - 1 & -PAGE;
    this.kept = kept;
  }

  static LeftSegment of(SharedSegment segment) throws SyscallException {
    try (Arena arena = Arena.ofConfined()) {
      long name = NativeBytes.cString(arena, new byte[0]).address();
      long kept = Syscalls.call(Sys.MEMFD_CREATE, name, MFD_CLOEXEC);
      Syscalls.check("memfd_create", kept, "what is in segment " + segment.id());
      return new LeftSegment(segment, (int) kept);
    }
  }

  /** Gives it exactly what the image has: what that has no page of is zero. */
  void fill(Memory memory) throws IOException {
    PageRuns runs = memory.pages(segment.object());
    try (AttachedSegment here = AttachedSegment.of(segment.id(), bytes);
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(PIECE, PAGE);
      for (long at = 0; at < bytes; at += PIECE) {
        MemorySegment piece = buffer.asSlice(0, Math.min(PIECE, bytes - at)).fill((byte) 0);
        boolean empty = !read(memory, runs, at >>> PAGE_SHIFT, piece);
        change(here, at, piece);
        if (empty) {
          // To look at a page that is not there makes one.
          here.free(at, piece.byteSize());
        }
      }
    }
  }

  /** Reads what the image has of a piece; false for none of it. */
  private boolean read(Memory memory, PageRuns runs, long first, MemorySegment piece)
      throws IOException {
    long end = first + (piece.byteSize() >>> PAGE_SHIFT);
    boolean any = false;
    for (int run = Math.max(0, runs.floor(first));
        run < runs.size() && runs.first(run) < end;
        run++) {
      long from = Math.max(first, runs.first(run));
      long to = Math.min(end, runs.end(run));
      if (from < to) {
        MemorySegment part = piece.asSlice(from - first << PAGE_SHIFT, to - from << PAGE_SHIFT);
        memory.read(segment.object(), from, (int) (to - from), part);
        any = true;
      }
    }
    return any;
  }

  private void change(AttachedSegment here, long start, MemorySegment wanted) throws IOException {
    for (long offset = 0; offset < wanted.byteSize(); offset += PAGE) {
      MemorySegment old = here.memory().asSlice(start + offset, PAGE);
      MemorySegment page = wanted.asSlice(offset, PAGE);
      if (old.mismatch(page) >= 0) {
        FileCalls.pwrite(kept, old, start + offset);
        changed.set((int) (start + offset >>> PAGE_SHIFT));
        old.copyFrom(page);
      }
    }
  }

  /** Gives it back what it had; what cannot be given back is told with {@code cause}. */
  void undo(Throwable cause) {
    if (changed.isEmpty()) {
      return;
    }
    try (AttachedSegment here = AttachedSegment.of(segment.id(), bytes)) {
      for (int page = changed.nextSetBit(0); page >= 0; page = changed.nextSetBit(page + 1)) {
        long at = (long) page << PAGE_SHIFT;
        FileCalls.pread(kept, here.memory().asSlice(at, PAGE), at);
      }
    } catch (SyscallException e) {
      cause.addSuppressed(e);
    }
  }

  @Override
  public void close() {
    FileCalls.close(kept);
  }
}
