package org.ckimg.interop.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;
import org.ckimg.interop.Row;
import org.ckimg.spec.Finding;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.model.Bytes;

/** What the container did to its root file system and to {@code /dev/shm}: names, not contents. */
final class RootChanges {
  static final String ROOT = "rootfs-diff.tar";
  static final String DELETED = "deleted.files";
  static final String SHM = "devshm-checkpoint.tar";

  private static final int MAX_ROWS = 20_000;

  private final Folder folder;
  private final Report report;

  RootChanges(Folder folder, Report report) {
    this.folder = folder;
    this.report = report;
  }

  void read() throws IOException {
    List<Row> changes = list(ROOT, "/");
    deleted(changes);
    report.annex("root-changes", changes);
    report.annex("shm-files", list(SHM, "/dev/shm/"));
  }

  private void deleted(List<Row> rows) throws IOException {
    Optional<JsonNode> names = JsonFile.read(folder, DELETED, report);
    int left = 0;
    for (JsonNode name : names.isPresent() ? names.get() : List.<JsonNode>of()) {
      if (rows.size() < MAX_ROWS) {
        rows.add(new Row().put("change", "deleted").put("path", JsonFile.safe(name.asText())));
      } else {
        left++;
      }
    }
    if (left > 0) {
      report.warn("%s: %d more names are left out", DELETED, left);
    }
  }

  /** Entries of a tar in the archive, however that is compressed. */
  private List<Row> list(String name, String top) throws IOException {
    List<Row> rows = new ArrayList<>();
    Optional<ByteSource> found = folder.open(name);
    if (found.isEmpty()) {
      return rows;
    }
    try (ByteSource source = found.get()) {
      Optional<Codec> codec = Codec.of(source);
      if (codec.isPresent()) {
        list(source, codec.get(), top, rows);
      } else if (!isEmpty(source)) {
        report.broken(ArchiveRule.HEADER, source.name(), 0, "is no tar archive");
      }
    } catch (ImageException e) {
      Finding finding = e.finding();
      report.broken((ArchiveRule) finding.rule(), name, finding.offset(), "%s", finding.text());
    }
    return rows;
  }

  /** A tar of nothing is its end mark alone. */
  private static boolean isEmpty(ByteSource source) throws IOException {
    DecodedStream all = new DecodedStream(source, Codec.NONE);
    byte[] start = all.readNBytes(1024);
    return Spool.isZero(start, 0, start.length);
  }

  private void list(ByteSource source, Codec codec, String top, List<Row> rows) throws IOException {
    TarReader tar = new TarReader(new DecodedStream(source, codec));
    int left = 0;
    for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
      if (rows.size() < MAX_ROWS) {
        rows.add(row(source, entry.get(), top));
      } else {
        left++;
      }
    }
    if (left > 0) {
      report.warn("%s: %d more entries are left out", source.name(), left);
    }
    if (tar.isCut()) {
      report.broken(ArchiveRule.END, source.name(), source.length(), "it was cut short");
    }
  }

  private Row row(ByteSource source, TarEntry entry, String top) {
    Optional<String> name = EntryName.confined(entry.name());
    if (name.isEmpty()) {
      report.broken(
          ArchiveRule.NAME,
          source.name(),
          entry.offset(),
          "the name %s leaves the archive",
          entry.safeName());
    }
    return new Row()
        .put("change", "written")
        .put("path", top + name.map(JsonFile::safe).orElseGet(entry::safeName))
        .put("kind", entry.kind().text())
        .number(entry.kind() == TarEntry.Kind.FILE, "bytes", entry.bytes())
        .octal(true, "mode", entry.mode() & 07777)
        .number("uid", entry.uid())
        .number("gid", entry.gid())
        .text(!entry.target().isEmpty(), "target", Bytes.utf8(entry.target()));
  }
}
