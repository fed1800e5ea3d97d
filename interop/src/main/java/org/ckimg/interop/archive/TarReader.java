package org.ckimg.interop.archive;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.tar.TarUtils;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.Bytes;

/** Goes through a tar, header by header. */
final class TarReader {
  private static final int MAX_HEADER_BYTES = 1 << 20;

  private final DecodedStream in;
  private long budget;
  private boolean ended;
  private boolean cut;
  private long content;
  private long padding;

  TarReader(DecodedStream in) {
    this.in = in;
  }

  /** True when it ended without an end mark, or within an entry. */
  boolean isCut() {
    return cut;
  }

  /** Goes over what is left of the last entry to the next one; empty behind the last one. */
  Optional<TarEntry> next() throws IOException {
    long rest = content + padding;
    content = 0;
    padding = 0;
    if (ended || !skip(rest)) {
      return Optional.empty();
    }
    long offset = in.position();
    byte[] record = in.readNBytes(TarConstants.DEFAULT_RCDSIZE);
    if (offset == 0 && !in.isCut() && !isTar(record)) {
      throw ArchiveRule.SET.unsupported("archive", 0, "%s, and no tar archive in it", in.text());
    }
    if (record.length < TarConstants.DEFAULT_RCDSIZE) {
      return cutHere();
    }
    if (Spool.isZero(record, 0, record.length)) {
      ended = true;
      return Optional.empty();
    }
    if (!isSound(record)) {
      throw ArchiveRule.HEADER.malformed("archive", offset, "the checksum of the header is wrong");
    }
    return parse(record, offset);
  }

  /** An end mark, or anything that at least looks like a header. */
  private static boolean isTar(byte[] record) {
    return record.length == TarConstants.DEFAULT_RCDSIZE
        && (Spool.isZero(record, 0, record.length) || Codec.isTar(record) || isSound(record));
  }

  private static boolean isSound(byte[] record) {
    try {
      return TarUtils.verifyCheckSum(record);
    } catch (IllegalArgumentException e) {
      // The checksum is no number.
      return false;
    }
  }

  private Optional<TarEntry> cutHere() {
    ended = true;
    cut = true;
    return Optional.empty();
  }

  private boolean skip(long count) throws IOException {
    if (in.skip(count) < count) {
      cutHere();
      return false;
    }
    return true;
  }

  /** A header for long names or attributes comes first, and its content belongs to it. */
  private Optional<TarEntry> parse(byte[] record, long offset) throws IOException {
    budget = MAX_HEADER_BYTES;
    TarArchiveEntry entry;
    try {
      // For one header: it would read what it passes over.
      @SuppressWarnings("resource")
      TarArchiveInputStream tar =
          new TarArchiveInputStream(
              new SequenceInputStream(new ByteArrayInputStream(record), new Limited(offset)),
              TarConstants.DEFAULT_BLKSIZE,
              TarConstants.DEFAULT_RCDSIZE,
              StandardCharsets.UTF_8.name());
      entry = tar.getNextEntry();
    } catch (ImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      if (budget < 0) {
        return cutHere();
      }
      throw ArchiveRule.HEADER.malformed("archive", offset, "no header: %s", e.getMessage());
    }
    if (entry == null) {
      if (budget < 0) {
        return cutHere();
      }
      throw ArchiveRule.HEADER.malformed("archive", offset, "belongs to a header that is missing");
    }
    if (entry.isSparse()) {
      throw ArchiveRule.KIND.unsupported(
          Bytes.utf8(entry.getName()).toString(),
          offset,
          "is sparse; pack the archive without --sparse");
    }
    return Optional.of(take(entry, offset));
  }

  private TarEntry take(TarArchiveEntry entry, long offset) throws IOException {
    TarEntry.Kind kind = kind(entry);
    boolean hasContent =
        switch (kind) {
          case FILE, OTHER -> true;
          case HARD_LINK, SYMBOLIC_LINK, CHARACTER_DEVICE, BLOCK_DEVICE, DIRECTORY, FIFO -> false;
        };
    content = hasContent ? entry.getSize() : 0;
    if (content < 0 || content > Long.MAX_VALUE - TarConstants.DEFAULT_RCDSIZE) {
      throw ArchiveRule.HEADER.malformed("archive", offset, "an entry of %d bytes", content);
    }
    padding = -content & TarConstants.DEFAULT_RCDSIZE - 1;
    return new TarEntry(
        entry.getName(),
        kind,
        content,
        entry.getLinkName(),
        entry.getMode(),
        entry.getLongUserId(),
        entry.getLongGroupId(),
        offset);
  }

  private static TarEntry.Kind kind(TarArchiveEntry entry) {
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_OLDNORM, TarConstants.LF_NORMAL, TarConstants.LF_CONTIG ->
          entry.isDirectory() ? TarEntry.Kind.DIRECTORY : TarEntry.Kind.FILE;
      case TarConstants.LF_LINK -> TarEntry.Kind.HARD_LINK;
      case TarConstants.LF_SYMLINK -> TarEntry.Kind.SYMBOLIC_LINK;
      case TarConstants.LF_CHR -> TarEntry.Kind.CHARACTER_DEVICE;
      case TarConstants.LF_BLK -> TarEntry.Kind.BLOCK_DEVICE;
      case TarConstants.LF_DIR -> TarEntry.Kind.DIRECTORY;
      case TarConstants.LF_FIFO -> TarEntry.Kind.FIFO;
      default -> TarEntry.Kind.OTHER;
    };
  }

  /** Reads on in the entry; -1 at its end, or where the archive was cut. */
  int read(byte[] into) throws IOException {
    if (content == 0) {
      return -1;
    }
    int count = in.read(into, 0, (int) Math.min(into.length, content));
    if (count < 0) {
      cutHere();
      return -1;
    }
    content -= count;
    return count;
  }

  /** Where the content of the entry starts, when none of it was read yet. */
  long contentAt() {
    return in.position();
  }

  /** No header is longer than its budget, which is -1 after its end was hit. */
  private final class Limited extends BlockStream {
    private final long offset;

    Limited(long offset) {
      this.offset = offset;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      if (budget < 0) {
        return -1;
      }
      if (budget == 0) {
        throw ArchiveRule.BOUND.malformed(
            "archive", offset, "a header of more than %d bytes", MAX_HEADER_BYTES);
      }
      int count = in.read(into, at, (int) Math.min(length, budget));
      budget = count < 0 ? -1 : budget - count;
      return count;
    }
  }
}
