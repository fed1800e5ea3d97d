package org.ckimg.interop.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.ckimg.interop.Container;
import org.ckimg.interop.Folder;
import org.ckimg.interop.Row;

/** Which container it was, from what its engine wrote beside the images. */
final class ContainerReader {
  /** Who manages containers, as the runtime specification in {@code spec.dump} is annotated. */
  private static final String MANAGER = "io.container.manager";

  private static final Map<String, String> ENGINES = Map.of("libpod", "podman", "cri-o", "cri-o");

  private final Folder folder;
  private final Map<String, String> annotations;
  private final Report report;

  /**
   * For a folder.
   *
   * @param annotations of the OCI image that it came in
   */
  ContainerReader(Folder folder, Map<String, String> annotations, Report report) {
    this.folder = folder;
    this.annotations = annotations;
    this.report = report;
  }

  /** The container; empty when nothing says that there was one. */
  Optional<Container> read() throws IOException {
    Optional<JsonNode> config = JsonFile.read(folder, "config.dump", report);
    Optional<JsonNode> spec = JsonFile.read(folder, "spec.dump", report);
    tables(config.orElse(MissingNode.getInstance()), spec.orElse(MissingNode.getInstance()));
    return config.isEmpty() && spec.isEmpty() && checkpointName().isEmpty()
        ? Optional.empty()
        : Optional.of(
            container(
                config.orElse(MissingNode.getInstance()),
                spec.orElse(MissingNode.getInstance()),
                spec.isPresent()));
  }

  private Optional<String> checkpointName() {
    return annotation("container.name").or(() -> annotation("name"));
  }

  /** Of the two families that engines use, or the older one of CRI-O. */
  private Optional<String> annotation(String name) {
    return Optional.ofNullable(annotations.get("org.criu.checkpoint." + name))
        .or(() -> Optional.ofNullable(annotations.get("io.podman.annotations.checkpoint." + name)))
        .or(() ->
            Optional.ofNullable(
                annotations.get("io.kubernetes.cri-o.annotations.checkpoint." + name)));
  }

  private Container container(JsonNode config, JsonNode spec, boolean hasSpec) {
    return new Container(
        JsonFile.text(config, "/name")
            .or(() -> noted(spec, "io.kubernetes.cri-o.ContainerName"))
            .or(this::checkpointName),
        JsonFile.text(config, "/id"),
        JsonFile.text(config, "/rootfsImageName")
            .or(() -> JsonFile.text(config, "/rootfsImage"))
            .or(() -> annotation("rootfsImageName")),
        engine(spec, hasSpec),
        JsonFile.time(config, "/createdTime"),
        JsonFile.time(config, "/checkpointedTime"));
  }

  private static Optional<String> noted(JsonNode spec, String annotation) {
    return Optional.ofNullable(spec.path("annotations").get(annotation))
        .filter(JsonNode::isTextual)
        .map(node -> JsonFile.safe(node.textValue()));
  }

  /** One that does not name itself is containerd. */
  private Optional<String> engine(JsonNode spec, boolean hasSpec) {
    Optional<String> named = annotation("engine.name");
    if (!hasSpec) {
      return named;
    }
    Optional<String> manager = noted(spec, MANAGER);
    return named.or(
        () -> Optional.of(manager.map(m -> ENGINES.getOrDefault(m, m)).orElse("containerd")));
  }

  private void tables(JsonNode config, JsonNode spec) {
    Row row = new Row();
    put(row, "host-name", JsonFile.text(spec, "/hostname"));
    put(row, "user", JsonFile.text(spec, "/process/user/uid"));
    put(row, "group", JsonFile.text(spec, "/process/user/gid"));
    put(row, "directory", JsonFile.text(spec, "/process/cwd"));
    put(row, "command", words(spec.at("/process/args")));
    put(row, "terminal", JsonFile.text(spec, "/process/terminal"));
    put(row, "root", JsonFile.text(spec, "/root/path"));
    put(row, "root-read-only", JsonFile.text(spec, "/root/readonly"));
    put(
        row,
        "runtime",
        JsonFile.text(config, "/runtime").or(() -> JsonFile.text(config, "/ociRuntime")));
    put(
        row,
        "image-id",
        JsonFile.text(config, "/rootfsImageRef").or(() -> JsonFile.text(config, "/rootfsImageID")));
    put(row, "restored", JsonFile.text(config, "/restored"));
    put(row, "restored-at", JsonFile.time(config, "/restoredTime"));
    report.annex("container", row.isEmpty() ? List.of() : List.of(row));
    report.annex("container-annotations", annotations(spec));
    report.annex("container-mounts", mounts(spec.path("mounts")));
  }

  static void put(Row row, String name, Optional<String> value) {
    value.ifPresent(text -> row.put(name, text));
  }

  private static Optional<String> words(JsonNode list) {
    String words =
        StreamSupport.stream(list.spliterator(), false)
            .filter(JsonNode::isTextual)
            .map(word -> JsonFile.safe(word.textValue()))
            .collect(Collectors.joining(" "));
    return words.isEmpty() ? Optional.empty() : Optional.of(words);
  }

  private static List<Row> annotations(JsonNode spec) {
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : spec.path("annotations").properties()) {
      rows.add(
          new Row()
              .put("name", JsonFile.safe(entry.getKey()))
              .put("value", JsonFile.safe(entry.getValue().asText())));
    }
    return rows;
  }

  private static List<Row> mounts(JsonNode list) {
    List<Row> rows = new ArrayList<>();
    for (JsonNode mount : list) {
      Row row = new Row();
      put(row, "at", JsonFile.text(mount, "/destination"));
      put(row, "type", JsonFile.text(mount, "/type"));
      put(row, "source", JsonFile.text(mount, "/source"));
      put(row, "options", words(mount.path("options")));
      rows.add(row);
    }
    return rows;
  }
}
