package org.ckimg.tools;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.ckimg.testkit.Comparison;

/** The descriptors of a process in a document, beside what CRIU's tools say of them. */
final class InspectFileTruth {
  private static final int O_CLOEXEC = 02000000;
  private static final Map<String, String> TYPES =
      Map.of(
          "PIPE", "pipe",
          "INETSK", "inet",
          "UNIXSK", "unix",
          "EVENTFD", "eventfd",
          "EVENTPOLL", "epoll",
          "SIGNALFD", "signalfd",
          "TIMERFD", "timerfd",
          "MEMFD", "memfd");

  private static final Map<String, Integer> FLAGS =
      Map.of(
          "O_RDONLY", 0,
          "O_WRONLY", 1,
          "O_RDWR", 2,
          "O_APPEND", 02000,
          "O_NONBLOCK", 04000,
          "O_LARGEFILE", 0100000);

  private static final Map<Integer, String> STATES =
      Map.of(1, "established", 7, "closed", 10, "listen");
  private static final Map<Integer, String> KINDS = Map.of(1, "stream", 2, "dgram");

  private final JsonNode truth;
  private final JsonNode fds;
  private final Comparison all;

  InspectFileTruth(JsonNode truth, JsonNode fds, Comparison all) {
    this.truth = truth;
    this.fds = fds;
    this.all = all;
  }

  void compare() {
    all.equal("fds: number", truth.size(), fds.size());
    for (JsonNode expected : truth) {
      JsonNode found = fd(expected.get("fd").asInt());
      JsonNode file = expected.get("file");
      JsonNode part = part(file);
      boolean regular = file.get("type").asText().equals("REG");
      all.equal(
          "fds: close on exec",
          expected.get("flags").asInt() == 1,
          found.get("closeOnExec").asBoolean());
      all.equal(
          "fds: type",
          regular ? regularType(part) : TYPES.get(file.get("type").asText()),
          found.get("type").asText());
      int flags =
          found
              .get("flags")
              .valueStream()
              .mapToInt(f -> FLAGS.get(f.asText()))
              .reduce(0, (a, b) -> a | b);
      all.equal("fds: flags", part.get("flags").asInt() & ~O_CLOEXEC, flags);
      if (regular) {
        all.equal("fds: path", part.get("name"), found.get("path"));
      }
      if (found.get("type").asText().equals("regular")) {
        all.equal("fds: position", part.get("pos").asLong(), found.get("position").asLong());
      }
      if (part.has("ino")) {
        socket(part, found);
      }
      for (JsonNode other : truth) {
        boolean same =
            fd(other.get("fd").asInt()).get("description").equals(found.get("description"));
        all.equal("fds: shared", other.get("id").equals(expected.get("id")), same);
      }
    }
  }

  private JsonNode fd(int number) {
    return fds.valueStream().filter(f -> f.get("fd").asInt() == number).findFirst().orElseThrow();
  }

  /** What is told of the kind that the file is of. */
  private static JsonNode part(JsonNode file) {
    return file.properties().stream()
        .map(Map.Entry::getValue)
        .filter(JsonNode::isObject)
        .findFirst()
        .orElseThrow();
  }

  private static String regularType(JsonNode reg) {
    return (reg.get("mode").asInt() & 0170000) == 0020000 ? "character" : "regular";
  }

  private void socket(JsonNode expected, JsonNode found) {
    JsonNode socket = found.get("socket");
    all.equal("sockets: inode", "socket:[" + expected.get("ino") + "]", found.get("path").asText());
    all.equal(
        "sockets: kind", KINDS.get(expected.get("type").asInt()), socket.get("kind").asText());
    all.equal(
        "sockets: state", STATES.get(expected.get("state").asInt()), socket.get("state").asText());
    if (expected.get("state").asInt() == 10) {
      all.equal("sockets: backlog", expected.get("backlog"), socket.get("backlog"));
    }
    if (expected.has("src_port")) {
      all.equal("sockets: family", "inet", socket.get("family").asText());
      all.equal(
          "sockets: local", "127.0.0.1:" + expected.get("src_port"), socket.get("local").asText());
    } else {
      all.equal("sockets: family", "unix", socket.get("family").asText());
      all.equal(
          "sockets: local",
          expected.get("name").asText().replace("=00", ""),
          socket.path("local").asText());
      if (expected.get("peer").asInt() != 0) {
        JsonNode peer =
            fds.valueStream()
                .filter(f -> f.get("description").equals(socket.get("peer")))
                .findFirst()
                .orElseThrow();
        all.equal(
            "sockets: peer", "socket:[" + expected.get("peer") + "]", peer.get("path").asText());
      }
    }
  }
}
