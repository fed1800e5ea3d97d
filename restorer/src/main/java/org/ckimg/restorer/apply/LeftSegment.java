package org.ckimg.restorer.apply;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.ckimg.linux.proc.Maps;
import org.ckimg.linux.proc.Segment;
import org.ckimg.linux.sys.AttachedSegment;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.restorer.tree.MemoryFiles;
import org.ckimg.restorer.tree.SharedSegment;
import org.ckimg.spec.model.Bytes;
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

  /** What was written to each page that was changed. */
  private final SortedMap<Integer, Bytes> written = new TreeMap<>();

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

  /**
   * Fails when it is another segment by now, or others see it.
   *
   * @param own mappings of it that the tool and the program have
   */
  static void requireAttached(SharedSegment segment, long own) throws IOException {
    Optional<Segment> here = Segment.all().stream().filter(segment::is).findFirst();
    if (here.isEmpty() || here.get().attached() != own) {
      throw new IOException(
          "System V segment %d has changed since the audit%s"
              .formatted(segment.id(), here.isEmpty() ? "" : ": somebody has attached it"));
    }
  }

  /** The kernel counts each mapping, also those that fork(2) and mremap(2) make. */
  private long attachedBy(Site site) throws IOException {
    long mappings = 0;
    for (Construction process : site.processes()) {
      if (process.exists()) {
        mappings +=
            Maps.read(process.pid()).stream()
                .filter(mapping -> mapping.pathText().startsWith(MemoryFiles.SEGMENT))
                .filter(mapping -> mapping.inode() == segment.id())
                .count();
      }
    }
    return mappings;
  }

  /** Gives it exactly what the image has: what that has no page of is zero. */
  void fill(Site site) throws IOException {
    Memory memory = site.checkpoint().memory();
    PageRuns runs = memory.pages(segment.object());
    try (AttachedSegment here = AttachedSegment.of(segment.id(), bytes);
        Arena arena = Arena.ofConfined()) {
      requireAttached(segment, attachedBy(site) + 1);
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
        written.put((int) (start + offset >>> PAGE_SHIFT), digest(page));
        old.copyFrom(page);
      }
    }
  }

  private static Bytes digest(MemorySegment page) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(page.asByteBuffer());
      return Bytes.of(hash.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java has SHA-256", e);
    }
  }

  /**
   * Gives it back what it had, but for pages that others have written to since; what is not given
   * back is told with {@code cause}.
   */
  void undo(Throwable cause) {
    if (written.isEmpty()) {
      return;
    }
    int others = 0;
    try (AttachedSegment here = AttachedSegment.of(segment.id(), bytes)) {
      for (Map.Entry<Integer, Bytes> page : written.entrySet()) {
        long at = (long) page.getKey() << PAGE_SHIFT;
        MemorySegment now = here.memory().asSlice(at, PAGE);
        if (digest(now).equals(page.getValue())) {
          FileCalls.pread(kept, now, at);
        } else {
          others++;
        }
      }
    } catch (SyscallException e) {
      cause.addSuppressed(e);
    }
    if (others > 0) {
      cause.addSuppressed(
          new IOException(
              "System V segment %d: somebody else has written to %d pages, which stay as they are"
                  .formatted(segment.id(), others)));
    }
  }

  @Override
  public void close() {
    FileCalls.close(kept);
  }
}
