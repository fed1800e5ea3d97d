package org.ckimg.interop.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;
import org.ckimg.interop.Row;
import org.ckimg.spec.ChecksumMismatchException;
import org.ckimg.spec.Finding;

/**
 * An image layout of the Open Container Initiative: blobs that are named by their digest, found
 * from {@code index.json}. A checkpoint is an image with the files of an archive as its one layer.
 */
final class OciLayout {
  private static final String INDEX = "index.json";
  private static final String SHA256 = "sha256:";
  private static final int MAX_DEPTH = 4;
  private static final int MAX_DESCRIPTORS = 256;

  /** How annotations of a checkpoint start, whoever made it. */
  private static final List<String> CHECKPOINT =
      List.of(
          "org.criu.checkpoint.",
          "io.podman.annotations.checkpoint.",
          "io.kubernetes.cri-o.annotations.checkpoint.");

  /**
   * A blob that may be the archive.
   *
   * @param mediaType as it is described
   * @param digest that names it
   * @param bytes its size
   * @param annotations of it and of all that lead to it, safe to print
   */
  record Layer(String mediaType, String digest, long bytes, Map<String, String> annotations) {
    boolean isCheckpoint() {
      return annotations.keySet().stream()
          .anyMatch(name -> CHECKPOINT.stream().anyMatch(name::startsWith));
    }

    Row row() {
      return new Row()
          .put("media-type", JsonFile.safe(mediaType))
          .put("digest", JsonFile.safe(digest))
          .number("bytes", bytes);
    }
  }

  private final Folder folder;
  private final Report report;
  private final List<Layer> layers = new ArrayList<>();
  private int descriptors;

  /** In a folder of which {@link #isIn} is true. */
  OciLayout(Folder folder, Report report) {
    this.folder = folder;
    this.report = report;
  }

  /** True when a folder has what every layout has. */
  static boolean isIn(Folder folder) {
    return folder.names().contains("oci-layout") && folder.names().contains(INDEX);
  }

  /** Layers of checkpoints; where no annotation says which these are, all layers. */
  List<Layer> layers() throws IOException {
    Optional<JsonNode> index = JsonFile.read(folder, INDEX, report);
    if (index.isEmpty()) {
      throw ArchiveRule.LAYOUT.malformed(INDEX, 0, "cannot be read");
    }
    walk(index.get(), Map.of(), 0);
    List<Layer> marked = layers.stream().filter(Layer::isCheckpoint).toList();
    return marked.isEmpty() ? layers : marked;
  }

  /** An index has manifests, a manifest has layers; either has annotations. */
  private void walk(JsonNode node, Map<String, String> inherited, int depth) throws IOException {
    Map<String, String> annotations = with(inherited, node);
    for (JsonNode below : node.path("manifests")) {
      descriptor(below, annotations, depth);
    }
    for (JsonNode layer : node.path("layers")) {
      descriptor(layer, annotations, depth);
    }
  }

  private static Map<String, String> with(Map<String, String> inherited, JsonNode node) {
    Map<String, String> all = new LinkedHashMap<>(inherited);
    for (Map.Entry<String, JsonNode> entry : node.path("annotations").properties()) {
      all.put(JsonFile.safe(entry.getKey()), JsonFile.safe(entry.getValue().asText()));
    }
    return all;
  }

  private void descriptor(JsonNode node, Map<String, String> inherited, int depth)
      throws IOException {
    String mediaType = node.path("mediaType").asText();
    Layer layer =
        new Layer(
            mediaType,
            node.path("digest").asText(),
            node.path("size").asLong(-1),
            with(inherited, node));
    descriptors++;
    if (descriptors > MAX_DESCRIPTORS || depth > MAX_DEPTH) {
      throw ArchiveRule.LAYOUT.unsupported(
          INDEX, 0, "more than %d blobs, or %d levels", MAX_DESCRIPTORS, MAX_DEPTH);
    }
    if (mediaType.contains(".index.") || mediaType.contains(".manifest.")) {
      try (ByteSource blob = open(layer)) {
        Optional<JsonNode> below = JsonFile.read(blob, report);
        if (below.isPresent()) {
          walk(below.get(), layer.annotations, depth + 1);
        }
      }
    } else if (mediaType.contains("tar")) {
      layers.add(layer);
    }
  }

  /**
   * A blob, closed by the caller.
   *
   * @throws org.ckimg.spec.ImageException when it is not the one that was described
   */
  ByteSource open(Layer layer) throws IOException {
    String hex = layer.digest.startsWith(SHA256) ? layer.digest.substring(SHA256.length()) : "";
    if (!hex.matches("[0-9a-f]{64}")) {
      throw ArchiveRule.LAYOUT.unsupported(
          INDEX, 0, "'%s' is no SHA-256 digest", JsonFile.safe(layer.digest));
    }
    Optional<Folder> blobs = folder.folder("blobs");
    Optional<Folder> named = blobs.isPresent() ? blobs.get().folder("sha256") : Optional.empty();
    Optional<ByteSource> blob = named.isPresent() ? named.get().open(hex) : Optional.empty();
    if (blob.isEmpty()) {
      throw ArchiveRule.LAYOUT.malformed("blobs/sha256/" + hex, 0, "is not there");
    }
    try {
      check(blob.get(), layer, hex);
      return blob.get();
    } catch (IOException | RuntimeException | Error e) {
      blob.get().close();
      throw e;
    }
  }

  private static void check(ByteSource blob, Layer layer, String hex) throws IOException {
    if (layer.bytes >= 0 && blob.length() != layer.bytes) {
      throw ArchiveRule.LAYOUT.malformed(
          blob.name(), 0, "has %d bytes, not %d", blob.length(), layer.bytes);
    }
    String found = HexFormat.of().formatHex(sha256(blob));
    if (!found.equals(hex)) {
      throw new ChecksumMismatchException(
          new Finding(ArchiveRule.LAYOUT, blob.name(), 0, "its digest is " + found));
    }
  }

  private static byte[] sha256(ByteSource blob) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      ByteBuffer part = ByteBuffer.allocate(1 << 16);
      for (long at = 0; at < blob.length(); at += part.position()) {
        part.clear();
        if (blob.read(at, part) == 0) {
          break;
        }
        digest.update(part.array(), 0, part.position());
      }
      return digest.digest();
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
