package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ckimg.interop.criu.proto.MemfdInode;
import org.ckimg.interop.criu.proto.VmaEntry;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.MemoryObject;

/** Memory that several mappings may show: of memfds, shared anonymous, and of System V. */
final class SharedMemory {
  /**
   * A kernel of our days gives shared anonymous memory this name, and CRIU takes it for a memfd.
   */
  private static final String ANONYMOUS = "/dev/zero";

  private static final long MAX_LENGTH = 1L << 54;

  private final ImageSet set;
  private final ObjectTable objects;
  private final int pageShift;
  private final SegmentReader segments;
  private final Map<Integer, ObjectTable.Slot> memfds = new HashMap<>();
  private final Map<Long, ObjectTable.Slot> anonymous = new HashMap<>();
  private final Map<Long, ObjectTable.Slot> systemV = new HashMap<>();
  private long missingPages;

  SharedMemory(ImageSet set, ObjectTable objects, int pageShift, SegmentReader segments) {
    this.set = set;
    this.objects = objects;
    this.pageShift = pageShift;
    this.segments = segments;
  }

  /** Finds all of it. */
  void read(FileImages images, List<Task> tasks) throws IOException {
    for (Map.Entry<Integer, Entry<MemfdInode>> memfd : images.memfds().entrySet()) {
      memfds.put(memfd.getKey(), memfd(memfd.getValue()));
    }
    Map<Long, Long> anonymousEnds = new TreeMap<>();
    Map<Long, Long> systemEnds = new TreeMap<>();
    for (Task task : tasks) {
      for (Entry<VmaEntry> vma : task.vmas()) {
        if (VmaStatus.SYSV.in(vma.message())) {
          systemEnds.merge(vma.message().getShmid(), end(vma), Math::max);
        } else if (VmaStatus.ANON_SHARED.in(vma.message())) {
          anonymousEnds.merge(vma.message().getShmid(), end(vma), Math::max);
        }
      }
    }
    for (Map.Entry<Long, Long> found : anonymousEnds.entrySet()) {
      PageTable pages = pages(found.getKey());
      long length = Math.max(found.getValue(), end(pages));
      anonymous.put(found.getKey(), objects.add(MemoryObject.Kind.SHARED, length, pages));
    }
    for (Map.Entry<Long, Long> found : systemEnds.entrySet()) {
      systemV.put(found.getKey(), segment(found.getKey(), found.getValue()));
    }
  }

  private ObjectTable.Slot memfd(Entry<MemfdInode> entry) throws IOException {
    MemfdInode memfd = entry.message();
    PageTable pages = pages(Integer.toUnsignedLong(memfd.getShmid()));
    long length = memfd.getSize();
    entry.check(length >= 0 && length < MAX_LENGTH, "a memfd of %d bytes".formatted(length));
    if (!fits(pages, length)) {
      throw entry.malformed(
          CriuRule.RANGE, "has pages behind its length of %d bytes".formatted(length));
    }
    MemoryObject.Kind kind =
        isAnonymous(memfd) ? MemoryObject.Kind.SHARED : MemoryObject.Kind.MEMFD;
    return objects.add(kind, length, pages);
  }

  private boolean fits(PageStore pages, long length) {
    long rounded = length + (1L << pageShift) - 1 >>> pageShift;
    return end(pages) >>> pageShift <= rounded;
  }

  /** True for memory that no program ever saw as a memfd. */
  static boolean isAnonymous(MemfdInode memfd) {
    return memfd.getName().toStringUtf8().equals(ANONYMOUS);
  }

  private ObjectTable.Slot segment(long id, long mapped) throws IOException {
    PageStore pages = segments.bytes(id);
    if (pages.pages().numPages() == 0) {
      pages = pages(id);
    }
    long known = segments.length(id).orElse(mapped);
    long length = fits(pages, known) ? known : end(pages);
    return objects.add(MemoryObject.Kind.SYSV, length, pages);
  }

  private PageTable pages(long id) throws IOException {
    String name = "pagemap-shmem-" + Long.toUnsignedString(id) + ".img";
    PageTable pages = PagemapReader.read(set, name, pageShift).orElse(PageTable.EMPTY);
    missingPages += pages.missing();
    return pages;
  }

  private long end(PageStore store) {
    int runs = store.pages().size();
    return runs == 0 ? 0 : store.pages().end(runs - 1) << pageShift;
  }

  private static long end(Entry<VmaEntry> vma) throws MalformedImageException {
    VmaEntry message = vma.message();
    long length = message.getEnd() - message.getStart();
    boolean within =
        length > 0
            && length < MAX_LENGTH
            && message.getPgoff() >= 0
            && message.getPgoff() < MAX_LENGTH - length;
    vma.check(within, "%d bytes at offset %d".formatted(length, message.getPgoff()));
    return message.getPgoff() + length;
  }

  /** Pages that exist and are not in the set. */
  long missingPages() {
    return missingPages;
  }

  /** The memory of a memfd by its inode's number. */
  ObjectTable.Slot ofMemfd(int inode) {
    return memfds.get(inode);
  }

  /** The memory that a mapping shows; the mapping was seen by {@link #read}. */
  ObjectTable.Slot of(VmaEntry vma) {
    return (VmaStatus.SYSV.in(vma) ? systemV : anonymous).get(vma.getShmid());
  }
}
