package org.ckimg.interop.archive;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;
import org.ckimg.interop.ForeignImage;
import org.ckimg.interop.Row;

/** Opens the one checkpoint of an OCI image layout. */
final class LayoutOpener {
  /** An image of another kind may have as many layers as it likes; each is decoded to look. */
  private static final int MAX_LAYERS = 16;

  private final OciLayout layout;
  private final Report report;
  private final List<String> found = new ArrayList<>();

  private LayoutOpener(OciLayout layout, Report report) {
    this.layout = layout;
    this.report = report;
  }

  /**
   * Opens it.
   *
   * @param lengthBytes of the whole layout where that is known, else negative: the layer's then
   * @param held closed with the image, not when this fails
   */
  static ForeignImage open(Folder top, long lengthBytes, List<Closeable> held, Report report)
      throws IOException {
    return new LayoutOpener(new OciLayout(top, report), report).open(lengthBytes, held);
  }

  private ForeignImage open(long lengthBytes, List<Closeable> held) throws IOException {
    List<OciLayout.Layer> layers = layout.layers();
    if (layers.size() > MAX_LAYERS) {
      throw ArchiveRule.LAYOUT.unsupported(
          "index.json", 0, "%d layers, and none is marked as a checkpoint", layers.size());
    }
    Optional<ForeignImage> image = Optional.empty();
    try {
      for (OciLayout.Layer layer : layers) {
        Optional<ForeignImage> next = open(layer, lengthBytes, held);
        if (next.isPresent() && image.isPresent()) {
          next.get().close();
          throw ArchiveRule.SET.unsupported(
              "index.json", 0, "several checkpoints; copy one out: %s", String.join(", ", found));
        }
        image = next.or(Optional.of(image)::get);
      }
    } catch (IOException | RuntimeException | Error e) {
      if (image.isPresent()) {
        image.get().close();
      }
      throw e;
    }
    if (image.isEmpty()) {
      throw ArchiveRule.SET.unsupported(
          "index.json", 0, "no layer of this OCI image has CRIU images in it");
    }
    return image.get();
  }

  private Optional<ForeignImage> open(OciLayout.Layer layer, long lengthBytes, List<Closeable> held)
      throws IOException {
    ByteSource blob = layout.open(layer);
    Archive archive = new Archive();
    try {
      Optional<Codec> codec = Codec.of(blob);
      if (codec.isPresent()) {
        archive = ArchiveReader.read(blob, codec.get(), report);
      }
      if (!CheckpointFiles.isIn(archive)) {
        archive.close();
        blob.close();
        return Optional.empty();
      }
      found.add(layer.digest());
      report.annex("oci-image", List.of(layer.row()));
      report.annex("oci-annotations", rows(layer.annotations()));
      List<Closeable> all = new ArrayList<>(held);
      all.addAll(List.of(blob, archive));
      return Optional.of(
          CheckpointFiles.of(archive, codec.orElseThrow(), layer.annotations(), report)
              .open(lengthBytes < 0 ? blob.length() : lengthBytes, all));
    } catch (IOException | RuntimeException | Error e) {
      archive.close();
      blob.close();
      throw e;
    }
  }

  private static List<Row> rows(Map<String, String> annotations) {
    return annotations.entrySet().stream()
        .map(entry -> new Row().put("name", entry.getKey()).put("value", entry.getValue()))
        .toList();
  }
}
