package org.ckimg.testkit.attack;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Numbers;
import org.ckimg.testkit.Table;

/** Lies about sockets: kinds, ends, names, options, senders, addresses. */
final class SocketAttacks {
  private static final int LISTENER = 17;
  private static final int TOLD = 18;
  private static final int SERVER = 20;
  private static final int IDLE = 21;
  private static final int ESTABLISHED = 1;
  private static final int SO_PEERCRED = 17;
  private static final int FAMILY_BYTES = 2;
  private static final int INET_ADDRESS = 4;
  private static final int CMSG_TYPE = 12;
  private static final int CMSG_DATA = 16;

  private final Lies lies = new Lies(Subject.EVERY);

  private SocketAttacks() {}

  static List<Attack> all() {
    SocketAttacks all = new SocketAttacks();
    all.kinds();
    all.names();
    all.options();
    all.addresses();
    return all.lies.told();
  }

  private static long id(Image image, int fd) {
    return DescriptorAttacks.description(image, fd) + 1L;
  }

  private static String socket(Image image, int fd) {
    return "SOCKETS/" + image.find(Table.SOCKETS, "description", id(image, fd)) + "/";
  }

  private void kinds() {
    lies.tell(
        "socket-raw",
        "packets of any kind",
        "AU-SCK-01",
        image -> image.set(socket(image, IDLE) + "kind", 3));
    lies.tell(
        "socket-protocol",
        "a protocol that nobody restores",
        "AU-SCK-01",
        image -> image.set(socket(image, SERVER) + "protocol", 132));
    lies.tell(
        "socket-peer",
        "an end that is another's",
        "AU-SCK-02",
        image -> image.set(socket(image, TOLD) + "peer", id(image, IDLE)));
    lies.tell(
        "socket-listens",
        "a listener that nobody finds",
        "AU-SCK-02",
        image -> image.set(socket(image, IDLE) + "state", 10));
  }

  private void name(String name, String against, String path) {
    lies.tell(
        name,
        against,
        "AU-SCK-03",
        image -> {
          int row = image.find(Table.SOCKETS, "description", id(image, LISTENER));
          int at = image.offset("SOCKETS/heap/" + row + "/local") + FAMILY_BYTES;
          image.set(at, path.getBytes(StandardCharsets.US_ASCII));
        });
  }

  private void names() {
    name("socket-over-file", "a file that a socket replaces", Subject.DATA_FILE);
    name("socket-elsewhere", "files out of bounds", "/var/tmp/../../etc/cron.d/abc");
    lies.bend(
        "socket-name-of-nobody",
        "a name as one that somebody gave who is not there",
        "AU-SCK-04",
        image -> image.set(socket(image, LISTENER) + "state", ESTABLISHED));
  }

  private void options() {
    lies.tell(
        "socket-program",
        "a program in the kernel that looks at packets",
        "AU-SCK-05",
        image -> {
          int row = image.find(Table.SOCKET_OPTIONS, "description", id(image, TOLD));
          while (image.get("SOCKET_OPTIONS/" + row + "/name") != SO_PEERCRED) {
            row++;
          }
          image.set("SOCKET_OPTIONS/" + row + "/name", 50);
        });
    lies.bend(
        "socket-peer-init",
        "an end that seems to be process 1",
        "AU-SCK-06",
        image -> {
          int row = image.find(Table.SOCKET_OPTIONS, "name", SO_PEERCRED);
          image.set(image.offset("SOCKET_OPTIONS/heap/" + row + "/value"), Numbers.of(4, 1));
        });
    lies.bend(
        "message-of-init",
        "a message that seems to be from process 1",
        "AU-SCK-06",
        image -> image.set(control(image) + CMSG_DATA, Numbers.of(4, 1)));
    lies.tell(
        "message-with-descriptors",
        "descriptors out of an image",
        "AU-SCK-07",
        image -> image.set(control(image) + CMSG_TYPE, Numbers.of(4, 1)));
  }

  private static int control(Image image) {
    int row = image.find(Table.MESSAGES, "description", id(image, TOLD));
    return image.offset("MESSAGES/heap/" + row + "/control");
  }

  private static void setAddress(Image image, int address) {
    int row = image.find(Table.SOCKETS, "description", id(image, SERVER));
    int at = image.offset("SOCKETS/heap/" + row + "/local") + INET_ADDRESS;
    image.set(at, Numbers.of(4, Integer.reverseBytes(address)));
  }

  private void addresses() {
    lies.tell(
        "address-of-others",
        "traffic of others",
        "AU-SCK-08 AU-SCK-11",
        image -> setAddress(image, 0xc0000201));
    lies.bend(
        "address-everywhere",
        "a program that all may reach",
        "AU-SCK-11",
        image -> setAddress(image, 0));
  }
}
