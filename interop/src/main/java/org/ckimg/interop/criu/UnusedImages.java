package org.ckimg.interop.criu;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Row;
import org.ckimg.spec.model.Bytes;

/**
 * Files of the folder that nothing led to: images of kinds that are not read here, and what an
 * earlier use of the directory left.
 */
final class UnusedImages {
  private static final String SUFFIX = ".img";

  /** Kinds that are read when a task leads to them. */
  private static final Set<ImageKind> UNDERSTOOD =
      Set.of(
          ImageKind.CORE,
          ImageKind.IDS,
          ImageKind.MM,
          ImageKind.VMAS,
          ImageKind.PAGEMAP,
          ImageKind.FDINFO,
          ImageKind.FS,
          ImageKind.TCP_STREAM,
          ImageKind.GHOST_FILE,
          ImageKind.MOUNTPOINTS,
          ImageKind.UTSNS,
          ImageKind.USERNS,
          ImageKind.IPCNS_SHM);

  private final List<Row> rows = new ArrayList<>();
  private int notUnderstood;
  private int left;

  private UnusedImages() {}

  /** Looks at each of them. */
  static UnusedImages of(ImageSet set) throws IOException {
    UnusedImages unused = new UnusedImages();
    for (String name : set.unused()) {
      Optional<ByteSource> found = set.open(name);
      if (found.isPresent()) {
        try (ByteSource source = found.get()) {
          unused.add(name, source);
        }
      }
    }
    return unused;
  }

  private void add(String name, ByteSource source) throws IOException {
    Optional<ImageKind> kind = kind(source);
    boolean pages = kind.isEmpty() && name.startsWith("pages-");
    boolean stale = pages || kind.isPresent() && UNDERSTOOD.contains(kind.get());
    boolean image = kind.isPresent() || name.endsWith(SUFFIX);
    left += stale ? 1 : 0;
    notUnderstood += image && !stale ? 1 : 0;
    rows.add(
        new Row()
            .put("file", Bytes.utf8(name).toString())
            .number("bytes", source.length())
            .put("kind", kind.map(ImageKind::text).orElse(image ? "raw" : "no image"))
            .put("why", stale ? "no task leads to it" : "not understood"));
  }

  private static Optional<ImageKind> kind(ByteSource source) throws IOException {
    ByteBuffer words = ByteBuffer.allocate(2 * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    if (source.read(0, words) < words.capacity()) {
      return Optional.empty();
    }
    int family = words.getInt(0);
    boolean known = family == ImageKind.COMMON || family == ImageKind.SERVICE;
    return known ? ImageKind.of(words.getInt(Integer.BYTES)) : Optional.empty();
  }

  List<Row> rows() {
    return rows;
  }

  /** For whoever reads no further. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (notUnderstood > 0) {
      warnings.add(
          notUnderstood + " images are not understood; the annex not-understood names them");
    }
    if (left > 0) {
      warnings.add(
          left
              + " images are left from another use of the directory: no task leads to them;"
              + " the annex not-understood names them");
    }
    return warnings;
  }
}
