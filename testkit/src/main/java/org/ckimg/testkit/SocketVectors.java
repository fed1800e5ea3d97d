package org.ckimg.testkit;

import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Records of {@link SocketProcess}: their fields, and what they refer to. */
final class SocketVectors {
  private final Vectors vectors;

  private SocketVectors(Vectors vectors) {
    this.vectors = vectors;
  }

  static void addTo(Vectors v) {
    SocketVectors sockets = new SocketVectors(v);
    sockets.events();
    sockets.sockets();
    sockets.options();
    sockets.messages();
    sockets.notices();
    sockets.pipes();
    sockets.terminals();
    sockets.connections();
    sockets.builds();
    sockets.absent();
    sockets.order();
  }

  private void field(String name, String field, long value) {
    vectors.lie(name, SocketProcess.tables(), image -> image.set(field, value));
  }

  private void rows(String name, Table table, Consumer<List<Row>> change) {
    ImageBuilder image = SocketProcess.tables();
    change.accept(image.table(table).rows());
    vectors.broken(name, image.build().bytes());
  }

  private void events() {
    field("CK-EVT-01-pid", "EVENTS/0/number", 0);
    field("CK-EVT-01-gone", "EVENTS/1/number", 61);
    field("CK-EVT-01-index", "EVENTS/2/number", -1);
    field("CK-EVT-02-master", "EVENTS/2/description", 16);
    field("CK-EVT-03-locked", "EVENTS/0/flags", 0x20);
    field("CK-EVT-03-thread", "EVENTS/2/flags", 8);
  }

  private void sockets() {
    field("CK-SCK-01", "SOCKETS/0/state", 14);
    field("CK-SCK-01-family", "SOCKETS/0/family", 0);
    field("CK-SCK-01-kind", "SOCKETS/0/kind", 11);
    field("CK-SCK-02", "SOCKETS/0/family", 1);
    field("CK-SCK-02-none", "SOCKETS/9/description", 20);
    rows("CK-SCK-03", Table.SOCKETS, rows -> rows.get(6).put("local", new byte[129]));
    rows("CK-SCK-03-remote", Table.SOCKETS, rows -> rows.get(2).put("remote", new byte[129]));
    field("CK-SCK-04", "SOCKETS/4/peer", 20);
    field("CK-SCK-04-type", "SOCKETS/4/peer", 16);
    field("CK-SCK-04-node", "SOCKETS/3/node", 9);
    field("CK-SCK-04-queue", "SOCKETS/1/queue", 6);
    field("CK-SCK-04-kind", "SOCKETS/1/queue", 5);
  }

  private void options() {
    field("CK-OPT-01", "SOCKET_OPTIONS/3/level", -1);
    field("CK-OPT-02", "SOCKET_OPTIONS/3/description", 16);
  }

  private void messages() {
    field("CK-MSG-01", "MESSAGES/1/length", -1);
    field("CK-MSG-02", "MESSAGES/3/number", 3);
    rows(
        "CK-MSG-02-description",
        Table.MESSAGES,
        rows -> rows.get(3).put("description", 16).put("number", 0));
    rows("CK-MSG-02-sender", Table.MESSAGES, rows -> rows.get(1).put("sender", new byte[129]));
    field("CK-MSG-03", "MESSAGES/0/length", 4);
    rows("CK-MSG-03-none", Table.MESSAGES, List::removeFirst);
  }

  private void notices() {
    field("CK-NTF-01", "NOTIFY/0/number", 0);
    field("CK-NTF-02", "NOTIFY/0/file", 9);
    field("CK-NTF-02-type", "NOTIFY/0/description", 10);
  }

  private void pipes() {
    field("CK-PIP-01", "PIPES/0/capacity", -1);
    field("CK-PIP-02", "PIPES/1/file", 9);
    field("CK-PIP-02-type", "PIPES/1/file", 5);
    field("CK-PIP-03", "PIPES/0/queue", 6);
    field("CK-PIP-03-kind", "PIPES/1/queue", 5);
    packets("CK-PIP-04", 3, 0, 0, 0, 9, 0, 0, 0);
    packets("CK-PIP-04-empty", 0, 0, 0, 0, 11, 0, 0, 0);
    packets("CK-PIP-04-length", 3, 0, 0, 0, 8, 0);
  }

  private void packets(String name, int... bytes) {
    rows(name, Table.PIPES, rows -> rows.getFirst().put("packets", bytes(bytes)));
  }

  private void terminals() {
    field("CK-TTY-01-flags", "TERMINALS/0/flags", 8);
    field("CK-TTY-03", "TERMINALS/0/input", 6);
    field("CK-TTY-03-output", "TERMINALS/0/output", 5);
    lines("CK-TTY-04", 3, 0, 0, 0, 9, 0, 0, 0);
    lines("CK-TTY-04-bytes", 3, 0, 0, 0, 4, 0);
    field("CK-TTY-04-none", "TERMINALS/0/input", 0);
  }

  private void lines(String name, int... bytes) {
    rows(name, Table.TERMINALS, rows -> rows.getFirst().put("lines", bytes(bytes)));
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private void connections() {
    field("CK-TCP-01", "TCP/0/segment", 65536);
    field("CK-TCP-01-scale", "TCP/0/send_scale", 15);
    field("CK-TCP-02", "TCP/1/description", 4);
    field("CK-TCP-02-state", "SOCKETS/2/state", 7);
    field("CK-TCP-02-none", "TCP/1/description", 16);
    field("CK-TCP-03", "TCP/0/send_queue", 6);
    field("CK-TCP-03-kind", "TCP/0/send_queue", 5);
    field("CK-TCP-03-unsent", "TCP/0/unsent", 8);
    rows("CK-TCP-04", Table.TCP, rows -> rows.getFirst().put("window", new byte[19]));
  }

  private void builds() {
    rows("CK-FIL-04", Table.FILES, rows -> rows.get(6).put("build_id", new byte[65]));
    rows("CK-FIL-04-empty", Table.FILES, rows -> rows.get(6).put("build_id", new byte[0]));
  }

  private void absent() {
    field("CK-TAB-05-backlog", "SOCKETS/0/present", 2);
    field("CK-TAB-05-capacity", "PIPES/0/present", 0);
    field("CK-TAB-05-input", "TERMINALS/0/present", 2);
    field("CK-TAB-05-slave", "TERMINALS/0/present", 1);
    field("CK-TAB-05-build-id", "FILES/6/present", 0);
    field("CK-TAB-05-seals", "FILES/5/present", 0);
    field("CK-TAB-05-sender", "MESSAGES/1/present", 0);
    field("CK-TAB-05-timestamp", "TCP/0/present", 2);
  }

  private void order() {
    swapped("CK-TAB-07-sockets", Table.SOCKETS);
    swapped("CK-TAB-07-options", Table.SOCKET_OPTIONS);
    swapped("CK-TAB-07-notify", Table.NOTIFY);
    swapped("CK-TAB-07-pipes", Table.PIPES);
    swapped("CK-TAB-07-tcp", Table.TCP);
    rows("CK-TAB-07-messages", Table.MESSAGES, rows -> rows.add(rows.removeFirst()));
  }

  private void swapped(String name, Table table) {
    rows(name, table, rows -> Collections.swap(rows, 0, 1));
  }
}
