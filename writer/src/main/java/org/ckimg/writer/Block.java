package org.ckimg.writer;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.ckimg.spec.Format;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.PageMarks;
import org.ckimg.spec.model.PageRuns;

/**
 * One block on its way: read, encoded on any thread, written; then used again. The pages lie
 * outside the heap, since memory is read by system calls and written by them; stored pages are
 * moved down over those that need no place.
 */
final class Block implements AutoCloseable {
  private static final int MAX_BYTES = 1 << Format.BLOCK_SHIFT;
  private static final int FRAME_BYTES = 1 << Format.FRAME_SHIFT;

  private final int pageSize;
  private final byte[] page;
  private final MemorySegment pageSegment;
  private final byte[] zeroPage;
  private final short[] slots;
  private final StoredPages stored;
  private final MessageDigest sha = Hashing.sha256();
  private final CRC32C crc = new CRC32C();
  private final byte[] digest = new byte[Digest.LENGTH];
  private final byte[] rawTag = Hashing.tag("raw");
  private final byte[] codedTag = Hashing.tag("coded");
  private final Frames frames;
  private final ByteBuffer meta;
  private Arena arena = Arena.ofShared();
  private MemorySegment data = MemorySegment.NULL;
  private int object;
  private PageRuns pages = PageRuns.EMPTY;
  private final PageMarks base = new PageMarks();
  private final boolean[] unchanged;
  private int numZero;
  private int numInherited;

  Block(int pageShift, Compression compression) {
    frames = new Frames(compression);
    int maxPages = MAX_BYTES >> pageShift;
    pageSize = 1 << pageShift;
    page = new byte[pageSize];
    pageSegment = MemorySegment.ofArray(page);
    zeroPage = new byte[pageSize];
    slots = new short[maxPages];
    unchanged = new boolean[maxPages];
    stored = new StoredPages(maxPages, pageSize);
    meta = ByteBuffer.allocate(maxMetaBytes(maxPages)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int maxMetaBytes(int maxPages) {
    int perPage = Format.EXTENT_BYTES + Format.PAGE_DIGEST_BYTES + Format.SLOT_BYTES;
    int perFrame = Format.FRAME_ENTRY_BYTES * (MAX_BYTES / FRAME_BYTES);
    return Format.BLOCK_HEAD_BYTES + perPage * maxPages + perFrame;
  }

  /** Reads the next block of {@code source}. */
  void read(ObjectPages source, Memory memory) throws IOException {
    object = source.object();
    pages = source.next();
    source.look(pages, base);
    Arrays.fill(unchanged, false);
    reserve(pages.numPages() * pageSize);
    int index = 0;
    for (int run = 0; run < pages.size(); run++) {
      int count = (int) pages.count(run);
      read(pages.first(run), count, index, source.unchanged(), memory);
      index += count;
    }
    if (!unchanged[index - 1]) {
      source.checkTail(pages, data);
    }
  }

  /** Reads {@code count} pages, but not those that are known to be as in the base. */
  private void read(long first, int count, int index, PageRuns known, Memory memory)
      throws IOException {
    int from = 0;
    for (int i = 0; i <= count; i++) {
      boolean skip = i < count && !base.isAbsent(index + i) && known.contains(first + i);
      if (skip || i == count) {
        if (i > from) {
          long at = (long) (index + from) * pageSize;
          MemorySegment into = data.asSlice(at, (long) (i - from) * pageSize);
          memory.read(object, first + from, i - from, into);
        }
        from = i + 1;
      }
      if (skip) {
        unchanged[index + i] = true;
      }
    }
  }

  /** A small program must not pay for blocks of full size. */
  private void reserve(long bytes) {
    if (data.byteSize() < bytes) {
      arena.close();
      arena = Arena.ofShared();
      data = arena.allocate(Math.min(MAX_BYTES, 2 * Long.highestOneBit(bytes)), pageSize);
    }
  }

  /** Finds zero and equal pages, hashes, codes, and builds the meta. */
  Block encode() {
    stored.clear();
    numZero = 0;
    numInherited = 0;
    int numPages = (int) pages.numPages();
    for (int i = 0; i < numPages; i++) {
      slots[i] = (short) slot(i);
    }
    frames.encode(data, stored.size() * pageSize);
    meta.clear();
    putHead();
    putExtents();
    for (int frame = 0; frame < frames.size(); frame++) {
      putFrame(frame);
    }
    for (int i = 0; i < stored.size(); i++) {
      meta.put(stored.digests(), i * Digest.LENGTH, Format.PAGE_DIGEST_BYTES);
    }
    for (int i = 0; i < numPages; i++) {
      meta.putShort(slots[i]);
    }
    meta.flip();
    return this;
  }

  /** Zero goes before inherited, so that it is the same whether the page was read or not. */
  private int slot(int index) {
    if (unchanged[index]) {
      return base.isZero(index) ? zero() : inherited();
    }
    long from = (long) index * pageSize;
    MemorySegment.copy(data, ValueLayout.JAVA_BYTE, from, page, 0, pageSize);
    if (Arrays.equals(page, zeroPage)) {
      return zero();
    }
    sha.update(page);
    digestInto(digest);
    if (base.hasDigest(index, digest)) {
      return inherited();
    }
    int before = stored.size();
    int ordinal = stored.add(pageSegment, digest, data);
    if (ordinal == before && ordinal != index) {
      MemorySegment.copy(pageSegment, 0, data, (long) ordinal * pageSize, pageSize);
    }
    return ordinal;
  }

  private int zero() {
    numZero++;
    return Format.SLOT_ZERO;
  }

  private int inherited() {
    numInherited++;
    return Format.SLOT_INHERITED;
  }

  private void putHead() {
    PageCounts counts = counts();
    meta.putInt(object)
        .putInt((int) counts.total())
        .putLong(firstPage())
        .putLong(pages.end(pages.size() - 1) - 1)
        .putInt(pages.size())
        .putInt((int) counts.stored())
        .putInt(frames.size())
        .putInt((int) counts.zero())
        .putInt((int) counts.inherited())
        .putInt((int) counts.repeated())
        .putInt(frames.numRawBytes())
        .putInt(frames.numCodedBytes())
        .putLong(0);
  }

  private void putExtents() {
    int firstSlot = 0;
    for (int run = 0; run < pages.size(); run++) {
      int count = (int) pages.count(run);
      meta.putLong(pages.first(run)).putInt(count).putInt(firstSlot);
      firstSlot += count;
    }
  }

  private void putFrame(int frame) {
    ByteBuffer bytes = frames.bytes(frame);
    crc.reset();
    crc.update(bytes.duplicate());
    meta.putInt(frames.offset(frame))
        .putInt(bytes.remaining())
        .putInt((int) crc.getValue())
        .putInt(frames.codec(frame));
    if (frames.isCoded(frame)) {
      sha.update(codedTag);
      sha.update(bytes);
    } else {
      sha.update(rawTag);
      int perFrame = FRAME_BYTES / pageSize;
      int count = Math.min(perFrame, stored.size() - frame * perFrame);
      sha.update(stored.digests(), frame * perFrame * Digest.LENGTH, count * Digest.LENGTH);
    }
    digestInto(digest);
    meta.put(digest);
  }

  private void digestInto(byte[] into) {
    try {
      sha.digest(into, 0, into.length);
    } catch (DigestException e) {
      throw new AssertionError("32 bytes are enough for SHA-256", e);
    }
  }

  int object() {
    return object;
  }

  long firstPage() {
    return pages.first(0);
  }

  PageCounts counts() {
    long total = pages.numPages();
    long repeated = total - stored.size() - numZero - numInherited;
    return new PageCounts(total, stored.size(), numZero, repeated, numInherited);
  }

  /** Block head and tables. */
  ByteBuffer meta() {
    return meta;
  }

  /** Raw frames, then coded ones. */
  ByteBuffer[] data() {
    return new ByteBuffer[] {frames.rawBytes(), frames.codedBytes()};
  }

  @Override
  public void close() {
    frames.close();
    arena.close();
  }
}
