package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.criu.proto.GhostChunk;
import org.ckimg.interop.criu.proto.GhostFile;
import org.ckimg.interop.criu.proto.RemapPath;
import org.ckimg.spec.Finding;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.MemoryObject;

/** Files that no path leads to any more, with what is in them. */
final class GhostReader {
  static final int LINKED = 0;
  static final int GHOST = 1;
  private static final long MAX_LENGTH = 1L << 54;

  private final ImageSet set;
  private final ObjectTable objects;
  private final int pageShift;
  private final Map<Integer, Ghost> ghosts = new HashMap<>();

  /**
   * One of them.
   *
   * @param entry what is known of it
   * @param content its bytes; empty for what has none, such as a FIFO
   */
  record Ghost(Entry<GhostFile> entry, Optional<ObjectTable.Slot> content) {}

  GhostReader(ImageSet set, ObjectTable objects, int pageShift) {
    this.set = set;
    this.objects = objects;
    this.pageShift = pageShift;
  }

  /** The ghosts by their numbers; several files can be one. */
  Map<Integer, Ghost> read(FileImages images) throws IOException {
    for (Entry<RemapPath> remap : images.remaps().values()) {
      int id = remap.message().getRemapId();
      if (remap.message().getRemapType() == GHOST && !ghosts.containsKey(id)) {
        ghosts.put(id, read("ghost-file-" + Integer.toHexString(id) + ".img"));
      }
    }
    return ghosts;
  }

  private Ghost read(String name) throws IOException {
    ByteSource bytes = set.demandKept(name);
    try (EntryReader reader = set.read(name, ImageKind.GHOST_FILE).orElseThrow()) {
      if (!reader.next()) {
        throw new TruncatedImageException(
            new Finding(CriuRule.LENGTH, bytes.name(), 0, "has no entry"));
      }
      Entry<GhostFile> entry = reader.parse(GhostFile.parser());
      boolean regular = RegularType.ofMode(entry.message().getMode()) == FdType.REGULAR;
      return new Ghost(
          entry, regular ? Optional.of(content(entry, reader, bytes)) : Optional.empty());
    }
  }

  private ObjectTable.Slot content(Entry<GhostFile> entry, EntryReader reader, ByteSource bytes)
      throws IOException {
    List<ByteStore.Piece> pieces = new ArrayList<>();
    long length = entry.message().getSize();
    if (entry.message().getChunks()) {
      chunks(reader, bytes, pieces);
    } else {
      length = reader.remaining();
      if (length > 0) {
        pieces.add(new ByteStore.Piece(0, length, bytes, reader.skip(length, "content")));
      }
    }
    long end = pieces.isEmpty() ? 0 : pieces.getLast().end();
    entry.check(length >= end && length < MAX_LENGTH, "a file of %d bytes".formatted(length));
    return objects.add(MemoryObject.Kind.FILE, length, new ByteStore(pieces, pageShift));
  }

  /** What is between the chunks was never written. */
  private static void chunks(EntryReader reader, ByteSource bytes, List<ByteStore.Piece> pieces)
      throws IOException {
    long end = 0;
    while (reader.next()) {
      Entry<GhostChunk> chunk = reader.parse(GhostChunk.parser());
      long at = chunk.message().getOff();
      long length = chunk.message().getLen();
      chunk.check(
          at >= end && at < MAX_LENGTH && length > 0,
          "%d bytes at %d behind %d".formatted(length, at, end));
      pieces.add(new ByteStore.Piece(at, length, bytes, reader.skip(length, "a chunk")));
      end = at + length;
    }
  }
}
