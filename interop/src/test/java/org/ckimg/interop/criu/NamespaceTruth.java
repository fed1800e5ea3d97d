package org.ckimg.interop.criu;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.ckimg.interop.Annexes;
import org.ckimg.interop.ForeignImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.testkit.Comparison;

/** Namespaces, mounts and control groups: tables beside the model. */
final class NamespaceTruth {
  private static final List<String> KINDS =
      List.of("pid", "net", "ipc", "uts", "mnt", "user", "cgroup", "time");

  private final Sample sample;
  private final ForeignImage image;
  private final Comparison all;

  NamespaceTruth(Sample sample, ForeignImage image, Comparison all) {
    this.sample = sample;
    this.image = image;
    this.all = all;
  }

  void compare() throws IOException {
    all.at(sample.name());
    namespaces();
    mounts();
    groups();
  }

  private List<Map<String, String>> rows(String table) {
    return Annexes.rows(image, table);
  }

  private void namespaces() throws IOException {
    List<Map<String, String>> rows = rows("namespaces");
    Set<List<String>> found = new HashSet<>();
    rows.forEach(row -> found.add(KINDS.stream().map(row::get).toList()));
    for (String name : sample.folder("img").names()) {
      if (name.startsWith("ids-")) {
        JsonNode ids = sample.decoded(name.replace(".img", "")).get(0);
        List<String> numbers =
            KINDS.stream().map(kind -> ids.path(kind + "_ns_id").asText()).toList();
        all.equal("set: namespaces", true, found.contains(numbers));
      }
    }
    for (JsonNode host : sample.decoded("utsns-12")) {
      Map<String, String> row =
          rows.stream().filter(r -> r.get("uts").equals("12")).findFirst().orElseThrow();
      all.equal("set: host name", host.get("nodename").asText(), row.get("host-name"));
      all.equal("set: host name", host.get("domainname").asText(), row.get("domain-name"));
    }
  }

  private void mounts() throws IOException {
    JsonNode mounts = sample.decoded("mountpoints-13");
    List<Map<String, String>> rows = rows("mounts");
    all.equal("set: mounts", mounts.size(), rows.size());
    for (int i = 0; i < mounts.size(); i++) {
      JsonNode mount = mounts.get(i);
      Map<String, String> row = rows.get(i);
      all.equal("set: mounts", mount.get("mountpoint").asText(), row.get("at"));
      all.equal("set: mounts", mount.get("mnt_id").asText(), row.get("mount"));
      all.equal("set: mounts", mount.get("parent_mnt_id").asText(), row.get("parent"));
      all.equal("set: mounts", mount.get("source").asText(), row.get("source"));
      all.equal("set: mounts", mount.get("root").asText(), row.get("root"));
      all.equal("set: mounts", mount.get("options").asText(), row.get("options"));
      all.equal(
          "set: mounts", "0x" + Long.toHexString(mount.get("flags").asLong()), row.get("flags"));
      all.equal(
          "set: mounts",
          mount.get("shared_id").asInt() == 0 ? null : mount.get("shared_id").asText(),
          row.get("shared"));
      all.equal("set: mounts", mount.path("ext_key").asText(null), row.get("external"));
    }
  }

  private void groups() throws IOException {
    List<Map<String, String>> expected = new ArrayList<>();
    for (JsonNode groups : sample.decoded("cgroup")) {
      for (JsonNode set : groups.get("sets")) {
        for (JsonNode member : set.get("ctls")) {
          expected.add(
              Map.of(
                  "set", set.get("id").asText(),
                  "controller", member.get("name").asText(),
                  "path", member.get("path").asText()));
        }
      }
      groups.path("controllers").forEach(controller -> properties(controller, expected));
    }
    List<Map<String, String>> found = rows("cgroups");
    all.equal("set: control groups", expected.size(), found.size());
    for (int i = 0; i < Math.min(expected.size(), found.size()); i++) {
      all.equal("set: control groups", expected.get(i), found.get(i));
    }
  }

  private static void properties(JsonNode controller, List<Map<String, String>> expected) {
    List<String> names = new ArrayList<>();
    controller.get("cnames").forEach(name -> names.add(name.asText()));
    for (JsonNode folder : controller.path("dirs")) {
      for (JsonNode property : folder.path("properties")) {
        if (!property.get("value").asText().isEmpty()) {
          expected.add(
              Map.of(
                  "controller", String.join(",", names),
                  "path", folder.get("dir_name").asText(),
                  "property", property.get("name").asText(),
                  "value", Bytes.utf8(property.get("value").asText()).toString()));
        }
      }
    }
  }
}
