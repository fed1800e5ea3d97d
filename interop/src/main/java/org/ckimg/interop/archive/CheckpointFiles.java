package org.ckimg.interop.archive;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Container;
import org.ckimg.interop.Folder;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.Row;
import org.ckimg.interop.criu.CriuImages;
import org.ckimg.spec.Finding;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.model.Bytes;

/**
 * The files of a checkpoint: those of the engine, and below them those of CRIU.
 *
 * @param base folder with what the engine wrote
 * @param images folder with CRIU's images
 * @param cut true when more may have been there
 * @param annotations of the OCI image around it
 * @param others what no part of this reads
 * @param report takes what there is to say
 */
record CheckpointFiles(
    Folder base,
    Folder images,
    boolean cut,
    Map<String, String> annotations,
    List<Row> others,
    Report report) {
  /** The folder that all engines put CRIU's images into. */
  static final String IMAGES = "checkpoint";

  private static final String INVENTORY = "inventory.img";
  private static final String STATISTICS = "stats-dump";
  private static final int MAX_OTHERS = 2000;

  private static final Set<String> READ =
      Set.of(
          "config.dump",
          "spec.dump",
          STATISTICS,
          RootChanges.ROOT,
          RootChanges.DELETED,
          RootChanges.SHM,
          EngineTables.NETWORK,
          EngineTables.BINDS);

  /** True when an archive has images of CRIU somewhere. */
  static boolean isIn(Archive archive) throws IOException {
    return !sets(archive).isEmpty();
  }

  /** Folders with CRIU's images, from the top of the archive. */
  private static List<String> sets(Archive archive) throws IOException {
    List<String> found = new ArrayList<>();
    for (String name : archive.files().keySet()) {
      String folder = EntryName.folder(name);
      if (name.endsWith(INVENTORY) && CriuImages.recognise(new ArchiveFolder(archive, folder))) {
        found.add(folder);
      }
    }
    return found;
  }

  /** Those of an archive. */
  static CheckpointFiles of(
      Archive archive, Codec codec, Map<String, String> annotations, Report report)
      throws IOException {
    String images = images(archive, codec);
    String base = EntryName.folder(images);
    return new CheckpointFiles(
        new ArchiveFolder(archive, base),
        new ArchiveFolder(archive, images),
        archive.isCut(),
        annotations,
        others(archive, base, images, report),
        report);
  }

  private static String images(Archive archive, Codec codec) throws IOException {
    List<String> sets = sets(archive);
    if (sets.contains(IMAGES)) {
      return IMAGES;
    }
    if (sets.isEmpty()) {
      throw nothing(archive, codec);
    }
    if (sets.size() > 1) {
      throw ArchiveRule.SET.unsupported(
          "archive", 0, "several sets of CRIU images: %s", JsonFile.safe(String.join(", ", sets)));
    }
    return sets.getFirst();
  }

  private static ImageException nothing(Archive archive, Codec codec) {
    if (archive.isCut()) {
      return truncated("it was cut short, and there is no set of CRIU images up to there");
    }
    if (archive.files().containsKey("pod.options")) {
      return ArchiveRule.SET.unsupported(
          "archive", 0, "a checkpoint of a pod: the archive of each container is a file in it");
    }
    return ArchiveRule.SET.unsupported(
        "archive", 0, "%s, and no container checkpoint: it has no CRIU images", codec.text());
  }

  private static TruncatedImageException truncated(String text) {
    return new TruncatedImageException(new Finding(ArchiveRule.END, "archive", 0, text));
  }

  /** Those of a folder that an archive was unpacked into. */
  static CheckpointFiles of(Folder folder, Report report) throws IOException {
    List<Row> others = new ArrayList<>();
    for (String name : folder.names()) {
      Optional<ByteSource> found = isOther(name) ? folder.open(name) : Optional.empty();
      if (found.isPresent()) {
        try (ByteSource source = found.get()) {
          others.add(new Row().put("file", source.name()).number("bytes", source.length()));
        }
      }
    }
    return new CheckpointFiles(
        folder, folder.folder(IMAGES).orElseThrow(), false, Map.of(), others, report);
  }

  private static List<Row> others(Archive archive, String base, String images, Report report) {
    List<Row> rows = new ArrayList<>();
    int left = base.isEmpty() ? 0 : base.length() + 1;
    String inside = images.isEmpty() ? "" : images + "/";
    archive
        .below(base)
        .forEach((name, place) -> {
          if (!name.startsWith(inside) && isOther(name.substring(left))) {
            rows.add(new Row().put("file", place.name()).number("bytes", place.length()));
          }
        });
    archive
        .links()
        .forEach((name, link) ->
            rows.add(
                new Row()
                    .put("file", link.safeName())
                    .put("kind", link.kind().text())
                    .put("target", Bytes.utf8(link.target()))));
    if (rows.size() > MAX_OTHERS) {
      report.warn("archive-files: %d lines are left out", rows.size() - MAX_OTHERS);
    }
    return rows.subList(0, Math.min(rows.size(), MAX_OTHERS));
  }

  private static boolean isOther(String name) {
    return !READ.contains(name) && !EngineTables.STATUS.contains(name) && !Logs.isLog(name);
  }

  /**
   * Reads all of it but memory.
   *
   * @param lengthBytes as it is stored
   * @param held closed with the image, not when this fails
   */
  ForeignImage open(long lengthBytes, List<Closeable> held) throws IOException {
    ForeignImage criu = openImages();
    try {
      Optional<Container> container = new ContainerReader(base, annotations, report).read();
      new EngineTables(base, report).read();
      new RootChanges(base, report).read();
      new Logs(report).read(base.equals(images) ? List.of(base) : List.of(base, images));
      report.annex("archive-files", others);
      return new ArchiveImage(criu, lengthBytes, cut, container, report, held);
    } catch (IOException | RuntimeException | Error e) {
      criu.close();
      throw e;
    }
  }

  private ForeignImage openImages() throws IOException {
    try {
      return CriuImages.open(new WithFile(images, STATISTICS, base));
    } catch (ImageException e) {
      if (!cut) {
        throw e;
      }
      TruncatedImageException cause =
          truncated("it was cut short, and what is there is not enough: " + e.getMessage());
      cause.initCause(e);
      throw cause;
    }
  }
}
