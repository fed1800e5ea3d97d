package org.ckimg.interop.criu.write;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import org.ckimg.interop.criu.ImageKind;
import org.ckimg.interop.criu.proto.PagemapEntry;
import org.ckimg.interop.criu.proto.PagemapHead;
import org.ckimg.spec.model.Memory;

/** Pagemaps, and the pages of each in a file of its own. Memory is read in pieces. */
final class PagesWriter {
  private static final int CHUNK_BYTES = 1 << 18;
  private static final int PRESENT = 4;

  private final ImageFolder folder;
  private final Memory memory;
  private final int pageShift;
  private int files;

  PagesWriter(ImageFolder folder, Memory memory, int pageShift) {
    this.folder = folder;
    this.memory = memory;
    this.pageShift = pageShift;
  }

  /** Writes {@code pagemap-NAME.img} and what belongs to it; the pieces ascend. */
  void write(String name, List<PagePiece> pieces) throws IOException {
    int number = ++files;
    try (EntryWriter map =
        EntryWriter.create(folder, "pagemap-" + name + ".img", ImageKind.PAGEMAP)) {
      map.add(PagemapHead.newBuilder().setPagesId(number).build());
      for (PagePiece piece : pieces) {
        map.add(entry(piece));
      }
    }
    try (WritableByteChannel pages = folder.create("pages-" + number + ".img");
        Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(CHUNK_BYTES, 1L << pageShift);
      for (PagePiece piece : pieces) {
        write(piece, chunk, pages);
      }
    }
  }

  /** CRIU before 4.2 takes the number from the second field, later ones from the fifth. */
  private PagemapEntry entry(PagePiece piece) {
    return PagemapEntry.newBuilder()
        .setVaddr(piece.page() << pageShift)
        .setCompatNrPages((int) piece.numPages())
        .setFlags(PRESENT)
        .setNrPages(piece.numPages())
        .build();
  }

  private void write(PagePiece piece, MemorySegment chunk, WritableByteChannel out)
      throws IOException {
    if (piece.supplement().isPresent()) {
      writeAll(ByteBuffer.wrap(piece.supplement().get().toArray()), out);
      return;
    }
    int step = CHUNK_BYTES >>> pageShift;
    for (long done = 0; done < piece.numPages(); done += step) {
      int count = (int) Math.min(step, piece.numPages() - done);
      memory.read(piece.object(), piece.objectPage() + done, count, chunk);
      writeAll(chunk.asSlice(0, (long) count << pageShift).asByteBuffer(), out);
    }
  }

  private static void writeAll(ByteBuffer bytes, WritableByteChannel out) throws IOException {
    while (bytes.hasRemaining()) {
      out.write(bytes);
    }
  }
}
