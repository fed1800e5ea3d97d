package org.ckimg.interop.archive;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.interop.Folder;
import org.ckimg.interop.Row;

/** What engines write beside the two files that all of them have. */
final class EngineTables {
  /** Of containerd and of pods; their fields are not specified anywhere, and shown as they are. */
  static final List<String> STATUS = List.of("status.dump", "status", "pod.dump", "pod.options");

  static final String NETWORK = "network.status";
  static final String BINDS = "bind.mounts";

  private static final int MAX_ROWS = 2000;

  private final Folder folder;
  private final Report report;

  EngineTables(Folder folder, Report report) {
    this.folder = folder;
    this.report = report;
  }

  void read() throws IOException {
    Optional<JsonNode> binds = JsonFile.read(folder, BINDS, report);
    binds.ifPresent(list -> report.annex("container-binds", binds(list)));
    Optional<JsonNode> network = JsonFile.read(folder, NETWORK, report);
    network.ifPresent(networks -> report.annex("network", network(networks)));
    List<Row> rows = new ArrayList<>();
    for (String name : STATUS) {
      Optional<JsonNode> status = JsonFile.read(folder, name, report);
      if (status.isPresent()) {
        flatten(name, "", status.get(), rows);
      }
    }
    if (rows.size() > MAX_ROWS) {
      report.warn("container-status: %d lines are left out", rows.size() - MAX_ROWS);
    }
    report.annex("container-status", rows.subList(0, Math.min(rows.size(), MAX_ROWS)));
  }

  /** CRI-O lists what it made as targets of bind mounts. */
  private static List<Row> binds(JsonNode list) {
    List<Row> rows = new ArrayList<>();
    for (JsonNode bind : list) {
      Row row = new Row();
      ContainerReader.put(row, "at", JsonFile.text(bind, "/destination"));
      ContainerReader.put(row, "source", JsonFile.text(bind, "/source"));
      ContainerReader.put(row, "kind", JsonFile.text(bind, "/file_type"));
      ContainerReader.put(row, "permissions", JsonFile.text(bind, "/permissions"));
      rows.add(row);
    }
    return rows;
  }

  /** Podman: networks, their interfaces, and the subnets of each. */
  private static List<Row> network(JsonNode networks) {
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<String, JsonNode> network : networks.properties()) {
      for (Map.Entry<String, JsonNode> link : network.getValue().path("interfaces").properties()) {
        Row row =
            new Row()
                .put("network", JsonFile.safe(network.getKey()))
                .put("interface", JsonFile.safe(link.getKey()));
        ContainerReader.put(row, "mac", JsonFile.text(link.getValue(), "/mac_address"));
        int number = 0;
        for (JsonNode subnet : link.getValue().path("subnets")) {
          String suffix = number == 0 ? "" : "-" + number;
          ContainerReader.put(row, "address" + suffix, JsonFile.text(subnet, "/ipnet"));
          ContainerReader.put(row, "gateway" + suffix, JsonFile.text(subnet, "/gateway"));
          number++;
        }
        rows.add(row);
      }
    }
    return rows;
  }

  private static void flatten(String file, String at, JsonNode node, List<Row> rows) {
    if (node.isValueNode()) {
      JsonFile.text(node, "")
          .ifPresent(
              value -> rows.add(new Row().put("file", file).put("name", at).put("value", value)));
      return;
    }
    int index = 0;
    for (JsonNode child : node.isArray() ? node : List.<JsonNode>of()) {
      flatten(file, join(at, Integer.toString(index)), child, rows);
      index++;
    }
    for (Map.Entry<String, JsonNode> child : node.properties()) {
      flatten(file, join(at, JsonFile.safe(child.getKey())), child.getValue(), rows);
    }
  }

  private static String join(String at, String name) {
    return at.isEmpty() ? name : at + "." + name;
  }
}
