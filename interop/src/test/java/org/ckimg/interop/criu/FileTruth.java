package org.ckimg.interop.criu;

import static org.ckimg.interop.criu.ProcessTruth.word;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.testkit.Comparison;

/** Descriptors and directories. */
final class FileTruth {
  /** Numbers of setsockopt(2) by CRIU's names of them. */
  private static final Map<String, Integer> OPTIONS =
      Map.ofEntries(
          Map.entry("so_sndbuf", 7),
          Map.entry("so_rcvbuf", 8),
          Map.entry("reuseaddr", 2),
          Map.entry("so_priority", 12),
          Map.entry("so_rcvlowat", 18),
          Map.entry("so_passcred", 16),
          Map.entry("so_passsec", 34),
          Map.entry("so_dontroute", 5),
          Map.entry("so_no_check", 11),
          Map.entry("so_reuseport", 15),
          Map.entry("so_broadcast", 6),
          Map.entry("so_keepalive", 9),
          Map.entry("so_oobinline", 10),
          Map.entry("so_buf_lock", 72));

  private static final int O_CLOEXEC = 02000000;

  private final JsonNode truth;
  private final Checkpoint checkpoint;
  private final ProcessState process;
  private final Comparison all;

  FileTruth(JsonNode truth, Checkpoint checkpoint, ProcessState process, Comparison all) {
    this.truth = truth;
    this.checkpoint = checkpoint;
    this.process = process;
    this.all = all;
  }

  void compare() {
    JsonNode fds = truth.path("fds");
    all.equal("fds: number", fds.size(), process.fds().size());
    for (JsonNode expected : fds) {
      FdEntry fd =
          process.fds().stream()
              .filter(f -> f.number() == expected.get("fd").asInt())
              .findFirst()
              .orElseThrow();
      all.equal("fds: close on exec", (expected.get("flags").asInt() & 1) != 0, fd.closeOnExec());
      compare(expected.get("file"), checkpoint.description(fd.description()));
      same(fds, expected, fd);
    }
    if (truth.has("fs")) {
      JsonNode fs = truth.get("fs");
      all.equal("process: umask", OptionalInt.of(fs.get("umask").asInt()), process.umask());
      all.equal("process: cwd", name(fs.get("cwd")), path(process.cwd()));
      all.equal("process: root", name(fs.get("root")), path(process.root()));
      all.equal("process: exe", name(truth.get("exe")), path(process.exe()));
    }
  }

  private static String name(JsonNode file) {
    return file.get("reg").get("name").asText();
  }

  private String path(OptionalInt file) {
    return checkpoint.file(file.orElseThrow()).path().toString();
  }

  /** Descriptors are one description exactly when they are one file of the image. */
  private void same(JsonNode fds, JsonNode one, FdEntry fd) {
    for (JsonNode other : fds) {
      FdEntry found =
          process.fds().stream()
              .filter(f -> f.number() == other.get("fd").asInt())
              .findFirst()
              .orElseThrow();
      all.equal(
          "fds: shared descriptions",
          one.get("id").asInt() == other.get("id").asInt(),
          fd.description() == found.description());
    }
  }

  private void compare(JsonNode file, OpenFile open) {
    String type = file.get("type").asText();
    switch (type) {
      case "REG" -> regular(file.get("reg"), open);
      case "PIPE" -> {
        flags(file.get("pipe"), open);
        all.equal("fds: type", FdType.PIPE, open.type());
        all.equal("fds: path", "pipe:[" + file.get("pipe").get("pipe_id") + "]", path(open.file()));
      }
      case "MEMFD" -> {
        flags(file.get("memfd"), open);
        all.equal("fds: type", FdType.MEMFD, open.type());
        all.equal("fds: path", "/memfd:my-memfd", path(open.file()));
        all.equal(
            "fds: position", OptionalLong.of(word(file.get("memfd").get("pos"))), open.position());
      }
      case "INETSK" -> socket(file.get("isk"), FdType.INET, open);
      case "UNIXSK" -> socket(file.get("usk"), FdType.UNIX, open);
      case "EVENTFD" -> {
        flags(file.get("efd"), open);
        long value = word(file.get("efd").get("counter"));
        all.equal("fds: state", new FdState.Counter(value, false), open.state().orElseThrow());
      }
      case "SIGNALFD" -> {
        flags(file.get("sgfd"), open);
        long mask = word(file.get("sgfd").get("sigmask"));
        all.equal("fds: state", new FdState.SignalSet(mask), open.state().orElseThrow());
      }
      case "TIMERFD" -> timer(file.get("tfd"), open);
      case "EVENTPOLL" -> epoll(file.get("epfd"), open);
      default -> throw new IllegalArgumentException(type);
    }
  }

  private void flags(JsonNode part, OpenFile open) {
    all.equal("fds: flags", part.get("flags").asInt() & ~O_CLOEXEC, open.flags());
    JsonNode owner = part.get("fown");
    all.equal(
        "fds: owner", owner.get("pid").asInt(), open.owner().map(OpenFile.Owner::id).orElse(0));
    all.equal("fds: owner", OptionalInt.of(owner.get("signum").asInt()), open.signal());
  }

  private void regular(JsonNode reg, OpenFile open) {
    flags(reg, open);
    all.equal("fds: path", reg.get("name").asText(), path(open.file()));
    int type = reg.get("mode").asInt() & 0170000;
    all.equal("fds: type", type == 0020000 ? FdType.CHARACTER : FdType.REGULAR, open.type());
    if (type == 0100000) {
      all.equal("fds: position", OptionalLong.of(word(reg.get("pos"))), open.position());
    }
  }

  private void options(JsonNode expected, FdState.Socket socket) {
    OPTIONS.forEach((name, number) -> {
      if (expected.has(name)) {
        byte[] value =
            socket.options().stream()
                .filter(option -> option.level() == 1 && option.name() == number)
                .findFirst()
                .orElseThrow()
                .value()
                .toArray();
        int wanted =
            expected.get(name).isBoolean()
                ? expected.get(name).asBoolean() ? 1 : 0
                : expected.get(name).asInt();
        int found = ByteBuffer.wrap(value).order(ByteOrder.LITTLE_ENDIAN).getInt();
        all.equal("sockets: options", wanted, found);
      }
    });
  }

  private void socket(JsonNode expected, FdType type, OpenFile open) {
    flags(expected, open);
    all.equal("fds: type", type, open.type());
    all.equal("fds: path", "socket:[" + expected.get("ino") + "]", path(open.file()));
    FdState.Socket socket = (FdState.Socket) open.state().orElseThrow();
    all.equal("sockets: kind", expected.get("type").asInt(), socket.kind());
    all.equal("sockets: state", expected.get("state").asInt(), socket.state());
    all.equal("sockets: protocol", expected.path("proto").asInt(), socket.protocol());
    if (expected.get("state").asInt() == FdState.Socket.LISTENING) {
      all.equal(
          "sockets: backlog", OptionalInt.of(expected.get("backlog").asInt()), socket.backlog());
    }
    options(expected.get("opts"), socket);
    if (expected.has("src_port")) {
      byte[] address = socket.local().orElseThrow().toArray();
      int port = (address[2] & 0xff) << 8 | address[3] & 0xff;
      all.equal("sockets: address", expected.get("src_port").asInt(), port);
      all.equal("sockets: address", "127.0.0.1", ip(address));
    }
    if (expected.has("dst_port")) {
      boolean connected = expected.get("dst_port").asInt() != 0;
      all.equal("sockets: address", connected, socket.remote().isPresent());
    }
    if (expected.has("name")) {
      // Names are bytes: CRIU's tools print the zero at the end of a path as =00.
      String name = expected.get("name").asText().replace("=00", "");
      String found = socket.local().map(a -> a.slice(2, a.length()).toString()).orElse("");
      all.equal("sockets: name", name, found.replace("\\x00", ""));
    }
    if (expected.has("file_perms")) {
      FileFacts node = checkpoint.file(socket.node().orElseThrow());
      JsonNode permissions = expected.get("file_perms");
      all.equal("sockets: file", permissions.get("mode").asInt(), node.mode().orElseThrow());
      all.equal(
          "sockets: file",
          new FileFacts.Owner(permissions.get("uid").asInt(), permissions.get("gid").asInt()),
          node.status().owner().orElseThrow());
    }
    if (expected.path("peer").asInt() != 0) {
      OpenFile peer = checkpoint.description(socket.peer().orElseThrow());
      all.equal("sockets: peer", "socket:[" + expected.get("peer") + "]", path(peer.file()));
    }
  }

  private static String ip(byte[] address) {
    return "%d.%d.%d.%d"
        .formatted(address[4] & 0xff, address[5] & 0xff, address[6] & 0xff, address[7] & 0xff);
  }

  private void timer(JsonNode expected, OpenFile open) {
    flags(expected, open);
    FdState.Alarm alarm =
        new FdState.Alarm(
            expected.get("clockid").asInt(),
            false,
            false,
            word(expected.get("ticks")),
            expected.get("vsec").asLong() * 1_000_000_000 + expected.get("vnsec").asLong(),
            expected.get("isec").asLong() * 1_000_000_000 + expected.get("insec").asLong());
    all.equal("fds: state", alarm, open.state().orElseThrow());
  }

  private void epoll(JsonNode expected, OpenFile open) {
    flags(expected, open);
    FdState.WatchList list = (FdState.WatchList) open.state().orElseThrow();
    all.equal("fds: watches", expected.get("tfd").size(), list.watches().size());
    for (JsonNode target : expected.get("tfd")) {
      int number = target.get("tfd").asInt();
      FdState.Watch watch =
          list.watches().stream().filter(w -> w.number() == number).findFirst().orElseThrow();
      all.equal("fds: watches", (int) target.get("events").asLong(), watch.events());
      all.equal("fds: watches", word(target.get("data")), watch.data());
      FdEntry fd =
          process.fds().stream().filter(f -> f.number() == number).findFirst().orElseThrow();
      all.equal("fds: watches", OptionalInt.of(fd.description()), watch.target());
    }
  }
}
