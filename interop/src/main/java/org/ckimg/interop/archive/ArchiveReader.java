package org.ckimg.interop.archive;

import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.model.Bytes;

/** Makes the index of an archive, in one pass. */
final class ArchiveReader {
  private static final int MAX_ENTRIES = 1 << 17;
  private static final long MAX_NAMES = 16 << 20;

  /** Far above what any program fills its last block with. */
  private static final long MAX_PADDING = 1 << 20;

  private final ByteSource source;
  private final Codec codec;
  private final Report report;
  private final DecodedStream in;
  private final TarReader tar;
  private final Archive archive = new Archive();
  private final Set<String> names = new HashSet<>();
  private final byte[] buffer = new byte[1 << 16];
  private Optional<Spool> spool = Optional.empty();
  private long nameLength;
  private int entries;

  private ArchiveReader(ByteSource source, Codec codec, Report report) {
    this.source = source;
    this.codec = codec;
    this.report = report;
    this.in = new DecodedStream(source, codec);
    this.tar = new TarReader(in);
  }

  /**
   * Reads what {@link Codec#of} recognised.
   *
   * @param source must stay open as long as the archive, which does not close it
   * @param report takes what is wrong with entries, which are then as if they were not there
   */
  static Archive read(ByteSource source, Codec codec, Report report) throws IOException {
    ArchiveReader reader = new ArchiveReader(source, codec, report);
    try {
      reader.read();
      return reader.archive;
    } catch (IOException | RuntimeException | Error e) {
      reader.archive.close();
      throw e;
    }
  }

  private void read() throws IOException {
    if (codec != Codec.NONE) {
      Spool opened = new Spool();
      archive.hold(opened);
      spool = Optional.of(opened);
    }
    for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
      count(entry.get());
      add(entry.get());
    }
    if (tar.isCut()) {
      archive.setCut();
      report.broken(
          ArchiveRule.END, "archive", in.position(), "it was cut short, after %d entries", entries);
    } else {
      readRest();
    }
  }

  private void count(TarEntry entry) throws IOException {
    entries++;
    nameLength += entry.name().length() + entry.target().length();
    if (entries > MAX_ENTRIES || nameLength > MAX_NAMES) {
      throw ArchiveRule.BOUND.unsupported(
          "archive",
          entry.offset(),
          "entry %d; names of %d characters so far",
          entries,
          nameLength);
    }
  }

  private void add(TarEntry entry) throws IOException {
    Optional<String> name = EntryName.confined(entry.name());
    if (name.isEmpty()) {
      broken(ArchiveRule.NAME, entry, "the name leaves the archive");
    } else if (name.get().isEmpty() || entry.kind() == TarEntry.Kind.DIRECTORY) {
      return;
    } else if (!names.add(name.get())) {
      broken(ArchiveRule.ONCE, entry, "the name was there before, and only that entry is read");
    } else {
      add(name.get(), entry);
    }
  }

  private void add(String name, TarEntry entry) throws IOException {
    switch (entry.kind()) {
      case FILE -> file(name, entry);
      case HARD_LINK -> link(name, entry, EntryName.confined(entry.target()));
      case SYMBOLIC_LINK ->
          link(name, entry, EntryName.target(EntryName.folder(name), entry.target()));
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, OTHER ->
          broken(ArchiveRule.KIND, entry, "is of kind " + entry.kind().text());
      case DIRECTORY -> throw new IllegalStateException("a directory has nothing to index");
    }
  }

  private void link(String name, TarEntry entry, Optional<String> target) {
    if (target.isEmpty()) {
      broken(
          ArchiveRule.LINK, entry, "links to " + Bytes.utf8(entry.target()) + ", which is outside");
    } else {
      archive.links().put(name, entry);
    }
  }

  /** Nothing that is broken here is followed. */
  private void broken(ArchiveRule rule, TarEntry entry, String text) {
    report.broken(rule, entry.safeName(), entry.offset(), "%s", text);
  }

  private void file(String name, TarEntry entry) throws IOException {
    String safe = Bytes.utf8(name).toString();
    if (spool.isEmpty()) {
      long available = source.length() - tar.contentAt();
      if (entry.bytes() <= available) {
        archive.files().put(name, new Place(safe, source, tar.contentAt(), entry.bytes()));
      }
      return;
    }
    long start = spool.get().length();
    for (int count = tar.read(buffer); count >= 0; count = tar.read(buffer)) {
      spool.get().append(buffer, count);
    }
    if (!tar.isCut()) {
      archive.files().put(name, new Place(safe, spool.get(), start, entry.bytes()));
    }
  }

  /** What is compressed has its checksum at the very end. */
  private void readRest() throws IOException {
    long at = in.position();
    boolean zero = true;
    for (int count = in.read(buffer); count >= 0 && zero; count = in.read(buffer)) {
      zero = Spool.isZero(buffer, 0, count) && in.position() - at <= MAX_PADDING;
    }
    if (!zero) {
      report.broken(ArchiveRule.REST, "archive", at, "there is more behind the end mark");
      in.skip(Long.MAX_VALUE);
    }
    if (in.isCut()) {
      archive.setCut();
      report.broken(ArchiveRule.END, "archive", in.position(), "it was cut short, at its end");
    }
  }
}
