package org.ckimg.testkit;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** One process whose descriptors hold what no file does, in an image with 4 KiB pages. */
final class SocketProcess {
  private static final int DESCRIPTIONS = 19;
  private static final int QUEUES = 4;
  private static final String[] CONTENTS = {
    "GET /", "200 OK\n", "ping+hello", "onetwothree", "bytes"
  };

  private final ImageBuilder image = Samples.minimal();

  private SocketProcess() {}

  /** All tables; the objects have no pages. */
  static ImageBuilder tables() {
    SocketProcess process = new SocketProcess();
    process.process();
    process.descriptions();
    process.files();
    process.events();
    process.internet();
    process.local();
    process.options();
    process.messages();
    process.pipes();
    process.terminal();
    process.objects();
    return process.image;
  }

  /** All tables, and a page of every object. */
  static ImageBuilder withPages() {
    ImageBuilder image = tables();
    for (int i = 0; i < CONTENTS.length; i++) {
      image.pages(i + 1).page(0, CONTENTS[i].getBytes(StandardCharsets.US_ASCII));
    }
    return image;
  }

  private void process() {
    image.table(Table.PROCESSES).add("present", 1, "pid", 60, "ppid", 1, "state", 2);
    image.table(Table.THREADS).add("tid", 60);
    for (int description = 1; description <= DESCRIPTIONS; description++) {
      image.table(Table.FDS).add("number", description + 2, "description", description);
    }
  }

  private void descriptions() {
    int[] types = {8, 8, 8, 7, 7, 7, 8, 9, 10, 18, 16, 16, 17, 17, 5, 3, 3, 4, 15};
    int[] files = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 2, 2, 4, 6};
    for (int i = 0; i < DESCRIPTIONS; i++) {
      int flags = i == 16 ? 040001 : i == 15 ? 0 : 2;
      image
          .table(Table.DESCRIPTIONS)
          .add("id", i + 1, "type", types[i], "file", files[i], "flags", flags);
    }
  }

  private void files() {
    image
        .table(Table.FILES)
        .add("id", 1, "path", "/run/demo.sock")
        .add("id", 2, "path", "pipe:[81]")
        .add("id", 3, "path", "/srv/inbox")
        .add("id", 4, "path", "/tmp/fifo")
        .add("id", 5, "path", "/dev/pts/ptmx")
        .add("id", 6, "present", 0x40, "path", "/memfd:table", "flags", 1, "seals", 0xd)
        .add(
            "id", 7,
            "present", 0x80,
            "path", "/tmp/gone",
            "flags", 1,
            "content", 5,
            "build_id", new byte[] {1, 2, 3, 4, 5, 6, 7, 8})
        .add("id", 8, "present", 0x800, "path", "/dev/pts/4", "rdev", 136L << 32 | 4);
  }

  private void events() {
    image
        .table(Table.EVENTS)
        .add("description", 13, "kind", 4, "number", 61)
        .add("description", 14, "kind", 4, "flags", 0x18)
        .add("description", 15, "kind", 5, "flags", 0x60, "number", 4);
    image
        .table(Table.NOTIFY)
        .add("description", 11, "number", 1, "file", 3, "mask", 0x80000100L)
        .add("description", 11, "number", 4, "file", 1, "mask", 0x8);
  }

  private void internet() {
    listener(image, 1);
    image
        .table(Table.SOCKETS)
        .add(
            "description", 2,
            "present", 6,
            "family", 2,
            "kind", 1,
            "state", 1,
            "protocol", 6,
            "local", inet(8080, 127, 0, 0, 1),
            "remote", inet(40000, 192, 0, 2, 7),
            "queue", 1)
        .add(
            "description", 3,
            "present", 6,
            "family", 10,
            "kind", 1,
            "state", 1,
            "shutdown", 2,
            "local", inet6(443, 1),
            "remote", inet6(50000, 2));
    image
        .table(Table.TCP)
        .add(
            "description", 2,
            "present", 3,
            "receive_sequence", 0x80000001L,
            "send_sequence", 77,
            "send_queue", 2,
            "segment", 1460,
            "unsent", 3,
            "options", 7,
            "send_scale", 7,
            "receive_scale", 14,
            "timestamp", 0xfffffff0L,
            "window", Pages.fill(20, 3))
        .add("description", 3, "segment", 65483);
  }

  /** A TCP socket that listens on port 8080 of the loopback. */
  static void listener(ImageBuilder image, int description) {
    image
        .table(Table.SOCKETS)
        .add(
            "description", description,
            "present", 3,
            "family", 2,
            "kind", 1,
            "state", 10,
            "protocol", 6,
            "backlog", 5,
            "local", inet(8080, 127, 0, 0, 1));
  }

  private void local() {
    image
        .table(Table.SOCKETS)
        .add(
            "description", 4,
            "present", 3,
            "family", 1,
            "kind", 1,
            "state", 10,
            "backlog", 128,
            "local", unix("/run/demo.sock\0"),
            "node", 1)
        .add(
            "description", 5,
            "present", 2,
            "family", 1,
            "kind", 2,
            "state", 7,
            "local", unix("\0demo"),
            "peer", 6,
            "queue", 3)
        .add("description", 6, "family", 1, "kind", 2, "state", 1, "peer", 5)
        .add(
            "description", 7,
            "present", 2,
            "family", 10,
            "kind", 2,
            "state", 7,
            "protocol", 17,
            "local", inet6(53, 1))
        .add(
            "description", 8, "present", 2, "family", 16, "kind", 3, "state", 7, "local", netlink())
        .add("description", 9, "family", 17, "kind", 3, "state", 7, "protocol", 0x300)
        .add(
            "description", 10, "present", 2, "family", 40, "kind", 1, "state", 7, "local", vsock());
  }

  private void options() {
    image
        .table(Table.SOCKET_OPTIONS)
        .add("description", 1, "level", 1, "name", 2, "value", number(1))
        .add("description", 1, "level", 6, "name", 9, "value", number(3))
        .add("description", 2, "level", 1, "name", 25, "value", "eth0\0")
        .add("description", 2, "level", 6, "name", 1, "value", number(1));
  }

  private void messages() {
    image
        .table(Table.MESSAGES)
        .add("description", 2, "number", 0, "length", 5)
        .add("description", 5, "number", 0, "present", 1, "length", 4, "sender", unix("\0from"))
        .add("description", 5, "number", 1, "present", 2, "length", 6, "control", rights())
        .add("description", 5, "number", 2);
  }

  private void pipes() {
    byte[] packets = new byte[8];
    ByteBuffer.wrap(packets).order(ByteOrder.LITTLE_ENDIAN).putInt(3).putInt(8);
    image
        .table(Table.PIPES)
        .add("file", 2, "present", 1, "capacity", 65536, "queue", 4, "packets", packets)
        .add("file", 4);
  }

  /** The slave of the master: two lines, an end of file, and what was typed since. */
  private void terminal() {
    byte[] lines = new byte[12];
    ByteBuffer.wrap(lines).order(ByteOrder.LITTLE_ENDIAN).putInt(3).putInt(4).putInt(0);
    image
        .table(Table.TERMINALS)
        .add(
            "file", 8,
            "modes", FullProcess.terminalModes(),
            "rows", 24,
            "columns", 80,
            "present", 3,
            "flags", 7,
            "input", 4,
            "output", 3,
            "lines", lines);
  }

  private void objects() {
    for (int i = 0; i < CONTENTS.length; i++) {
      int kind = i < QUEUES ? 5 : 6;
      image.table(Table.OBJECTS).add("id", i + 1, "kind", kind, "length", CONTENTS[i].length());
    }
  }

  private static byte[] inet(int port, int... address) {
    byte[] bytes = new byte[16];
    bytes[0] = 2;
    ByteBuffer.wrap(bytes).putShort(2, (short) port);
    for (int i = 0; i < address.length; i++) {
      bytes[4 + i] = (byte) address[i];
    }
    return bytes;
  }

  /** The address is ::{@code last}. */
  private static byte[] inet6(int port, int last) {
    byte[] bytes = new byte[28];
    bytes[0] = 10;
    ByteBuffer.wrap(bytes).putShort(2, (short) port).put(23, (byte) last);
    return bytes;
  }

  static byte[] unix(String path) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(2 + name.length).put((byte) 1).put((byte) 0).put(name).array();
  }

  private static byte[] netlink() {
    ByteBuffer bytes = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putShort(0, (short) 16).putInt(4, 60).putInt(8, 1).array();
  }

  private static byte[] vsock() {
    ByteBuffer bytes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putShort(0, (short) 40).putInt(4, 1024).putInt(8, 3).array();
  }

  private static byte[] number(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array();
  }

  /** {@code SCM_RIGHTS} with descriptor 21. */
  private static byte[] rights() {
    ByteBuffer bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    return bytes.putLong(20).putInt(1).putInt(1).putInt(21).array();
  }
}
