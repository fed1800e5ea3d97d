package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.criu.proto.SharedSegment;

/** Segments of System V shared memory, with their bytes where no pagemap has them. */
final class SegmentReader {
  private static final int ALIGNMENT = Integer.BYTES;

  private final int pageShift;
  private final List<Entry<SharedSegment>> entries = new ArrayList<>();
  private final Map<Long, Long> lengths = new HashMap<>();
  private final Map<Long, PageStore> bytes = new HashMap<>();

  SegmentReader(int pageShift) {
    this.pageShift = pageShift;
  }

  /** Reads the segments of one IPC namespace. */
  void read(ImageSet set, int namespace) throws IOException {
    String name = "ipcns-shm-" + Integer.toUnsignedString(namespace) + ".img";
    Optional<EntryReader> found = set.read(name, ImageKind.IPCNS_SHM);
    if (found.isPresent()) {
      ByteSource source = set.demandKept(name);
      try (EntryReader reader = found.get()) {
        while (reader.next()) {
          read(reader, source);
        }
      }
    }
  }

  private void read(EntryReader reader, ByteSource source) throws IOException {
    Entry<SharedSegment> entry = reader.parse(SharedSegment.parser());
    long length = entry.message().getSize();
    long id = Integer.toUnsignedLong(entry.message().getDesc().getId());
    entry.check(length > 0 && length < 1L << 54, "a segment of %d bytes".formatted(length));
    entries.add(entry);
    lengths.put(id, length);
    if (!entry.message().getInPagemaps()) {
      long at = reader.skip(length + ALIGNMENT - 1 & -ALIGNMENT, "a segment");
      ByteStore.Piece all = new ByteStore.Piece(0, length, source, at);
      bytes.put(id, new ByteStore(List.of(all), pageShift));
    }
  }

  /** All segments, mapped or not. */
  List<Entry<SharedSegment>> entries() {
    return entries;
  }

  /** Length of a segment, bytes. */
  OptionalLong length(long id) {
    Long length = lengths.get(id);
    return length == null ? OptionalLong.empty() : OptionalLong.of(length);
  }

  /** What is in a segment, when it stands here. */
  PageStore bytes(long id) {
    return bytes.getOrDefault(id, PageStore.EMPTY);
  }
}
