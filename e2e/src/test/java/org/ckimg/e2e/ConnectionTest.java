package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.ckimg.linux.net.TcpRepair;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Numbers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections of TCP that go on where they were. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
@Tag("quick")
class ConnectionTest {
  private static final long ALL = 6_000_000;

  @BeforeEach
  void needsNetAdmin() {
    Account.assumeRoot();
  }

  /** Both ends have bytes in flight when it stops. */
  private static void talkOn(TcpPeer peer, Victim victim, boolean whole) throws Exception {
    victim.go();
    Thread sender = Thread.ofVirtual().unstarted(() -> sendRest(peer));
    sender.start();
    long received = peer.readAll();
    assertTrue(whole ? received == ALL : received > 0 && received < ALL, received + " bytes");
    sender.join();
  }

  private static void sendRest(TcpPeer peer) {
    try {
      peer.sendRest();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Shows(
      fate = Shows.Fate.KEPT,
      what =
          "With `--tcp`: connections of TCP with somebody outside, also such that one end has"
              + " ended, with what is in flight")
  @ParameterizedTest
  @CsvSource({"open, false", "open, true", "ended, false", "left, false", "left, true"})
  void aConnectionGoesOn(String ended, boolean ipv6) throws Exception {
    try (TcpPeer peer = TcpPeer.listening(ipv6);
        Victim victim = peer.connect(ended)) {
      Path image = victim.dump("--tcp", "--kill");
      assertEquals(128 + 9, victim.awaitStatus());
      try (Restored restored = Restored.inForeground(Account.SELF, image, "--tcp")) {
        talkOn(peer, victim, !ended.equals("ended"));
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "ended", "left"})
  void aConnectionOutlivesADumpOfIt(String ended) throws Exception {
    try (TcpPeer peer = TcpPeer.listening(false);
        Victim victim = peer.connect(ended)) {
      victim.dump("--tcp");
      victim.dump("--tcp", "--stop");
      talkOn(peer, victim, !ended.equals("ended"));
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  /** The tool is killed while it holds the connection; the next one lets it go on. */
  @Test
  void aToolThatWasKilledIsHealedByTheNext() throws Exception {
    try (TcpPeer peer = TcpPeer.listening(false);
        Victim victim = peer.connect("open")) {
      try (HeldDump held = HeldDump.of(victim, "--tcp", "--kill")) {
        Await.until(() -> "the lock", () -> isLocked(victim) || !held.tool().isRunning());
        assertTrue(isLocked(victim), held.tool().err());
        held.tool().kill();
        Await.until(() -> "the end of the tool", () -> victim.task().tracer() == 0);
      }
      assertTrue(isLocked(victim), "the lock has outlived the tool");
      Path image = Stage.folder("image").resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image)
          .assertExit(0)
          .assertSays("fd 3: a dump that was killed had left its connection locked; it goes on");
      assertFalse(isLocked(victim));
      talkOn(peer, victim, true);
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  private static boolean isLocked(Victim victim) throws Exception {
    int pidfd = ProcessCalls.openPidfd(victim.pid());
    try {
      int socket = ProcessCalls.getFd(pidfd, 3);
      try {
        return TcpRepair.isOn(socket);
      } finally {
        FileCalls.close(socket);
      }
    } finally {
      FileCalls.close(pidfd);
    }
  }

  /** What was built is given up when all is done but the program's first instruction. */
  @Test
  void aRestoreThatFailsIsNotHeard() throws Exception {
    try (TcpPeer peer = TcpPeer.listening(false);
        Victim victim = peer.connect("open")) {
      Path image = victim.dump("--tcp", "--kill");
      RestoreOptions options = Altered.with(Hostile.OPTIONS, "tcp", true);
      RestoreWatcher failing =
          new Hostile.Believer() {
            @Override
            public void beforeRun(int pid, int group, List<String> notes) throws IOException {
              throw new IOException("as late as can be");
            }
          };
      assertThrows(
          IOException.class,
          () -> Hostile.restoreUnaudited(image, failing, options, (checkpoint, seen) -> seen));
      try (Restored restored = Restored.inForeground(Account.SELF, image, "--tcp")) {
        talkOn(peer, victim, true);
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  @Test
  void withoutBeingAskedForItComesBackReset() throws Exception {
    try (TcpPeer peer = TcpPeer.listening(false);
        Victim victim = peer.connect("reset")) {
      Path image = Stage.folder("image").resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", victim.pid(), "--tcp", "--kill", "-o", image)
          .assertExit(0)
          .assertSays("must drop what is sent from 127.0.0.1:\\d+ to 127.0.0.1:\\d+;");
      assertEquals(128 + 9, victim.awaitStatus());
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
        assertTrue(restored.messages().contains("AU-SCK-12 warn"), restored.messages());
      }
      victim.assertPassed();
    }
  }

  @Test
  void whatHasNotArrivedIsNotLostInSilence() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "inetsockets", "flight")) {
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", "-")
          .assertExit(1)
          .assertSays("internet socket with bytes that have not yet arrived");
      Path image = victim.dump("--tcp", "--kill");
      Tool.run(Account.SELF, "restore", image)
          .assertExit(1)
          .assertSays("AU-SCK-18 refuse: fd 4: bytes that have not arrived come back with --tcp");
    }
  }

  @Shows(
      fate = Shows.Fate.REFUSED,
      what = "`--tcp` without CAP_NET_ADMIN, or for a connection that somebody has by now")
  @Test
  void whoMayNotOrComesTooLateIsToldSo() throws Exception {
    try (TcpPeer peer = TcpPeer.listening(false);
        Victim victim = peer.connect("open")) {
      Path image = victim.dump("--tcp");
      Tool.run(Account.SELF, "restore", image, "--tcp", "--pid", "new")
          .assertExit(1)
          .assertSays("AU-SCK-16 refuse: fd 3: somebody has the connection 127.0.0.1:.* now");
      List<String> unprivileged =
          List.of("setpriv", "--bounding-set=-net_admin", "--inh-caps=-all");
      Tool.run(Account.SELF, unprivileged, "restore", image, "--tcp", "--pid", "new")
          .assertExit(1)
          .assertSays("AU-SCK-15 refuse: fd 3: that 127.0.0.1:.* goes on needs CAP_NET_ADMIN");
      Tool.run(Account.NOBODY, "dump", victim.pid(), "--tcp", "-o", "-")
          .assertExit(4)
          .assertSays("CAP_NET_ADMIN");
      talkOn(peer, victim, true);
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  @Shows(
      fate = Shows.Fate.KEPT,
      what = "With `--tcp`: connections of TCP inside the tree with bytes that have not arrived")
  @ParameterizedTest
  @ValueSource(strings = {"flight", "pairs", "pairs6", "tree"})
  void bothEndsOfAConnectionGoOn(String mode) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "inetsockets", mode)) {
      Path image = victim.dump("--tcp", "--kill");
      assertEquals(128 + 9, victim.awaitStatus());
      try (Restored restored = Restored.inForeground(Account.SELF, image, "--tcp")) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  private static Set<String> rules(JsonNode report) {
    Set<String> rules = new TreeSet<>();
    report.at("/findings").forEach(finding -> rules.add(finding.at("/rule").asText()));
    return rules;
  }

  /** What an image is changed to say, and the rules that find it. */
  private record Lie(String name, Consumer<Image> lie, String... rules) {}

  private static int window(Image image) {
    return image.offset("TCP/heap/0/window");
  }

  private static int address(Image image, String which) {
    return image.offset("SOCKETS/heap/0/" + which);
  }

  private static final List<Lie> LIES =
      List.of(
          new Lie("segment", image -> image.set("TCP/0/segment", 0), "AU-SCK-17"),
          new Lie(
              "window wider than the widest",
              image -> image.set(window(image) + 4, Numbers.of(4, 0x40000000)),
              "AU-SCK-17"),
          new Lie(
              "window behind what was received",
              image ->
                  image.set(
                      window(image) + 16,
                      Numbers.of(4, image.get("TCP/0/receive_sequence") + 1000)),
              "AU-SCK-17"),
          new Lie("state", image -> image.set("SOCKETS/0/state", 4), "AU-SCK-17"),
          new Lie(
              "nobody's port",
              image -> image.set(address(image, "remote") + 2, Numbers.of(2, 0)),
              "AU-SCK-17"),
          new Lie(
              "address of others",
              image -> image.set(address(image, "local") + 4, Numbers.of(4, 0x010200c0)),
              "AU-SCK-08",
              "AU-SCK-11"));

  @Test
  void aConnectionThatNoKernelHadIsFound() throws Exception {
    try (TcpPeer peer = TcpPeer.listening(false);
        Victim victim = peer.connect("open")) {
      Path image = victim.dump("--tcp", "--kill");
      Set<String> usual = rules(Audit.report(image, "--tcp"));
      assertEquals(Set.of("AU-SCK-14"), usual);
      for (Lie lie : LIES) {
        assertFound(image, lie, usual);
      }
      Tool.run(Account.SELF, "restore", image, "--tcp", "--policy", "strict")
          .assertExit(1)
          .assertSays(
              "AU-SCK-14 refuse: fd 3: the connection 127.0.0.1:.* goes on, which the policy");
    }
  }

  /** The image is honest again afterwards. */
  private static void assertFound(Path image, Lie lie, Set<String> usual) throws Exception {
    byte[] honest = Files.readAllBytes(image);
    Image fields = Image.of(honest);
    lie.lie().accept(fields);
    Files.write(image, fields.bytes());
    InProcess.run("check", image).assertExit(0);
    Set<String> found = rules(Audit.report(image, "--tcp"));
    found.removeAll(usual);
    assertEquals(Set.of(lie.rules()), found, lie.name());
    InProcess.run("restore", image, "--tcp").assertExit(1);
    Files.write(image, honest);
  }

  @Test
  void endsThatDoNotAgreeAreFound() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "inetsockets", "pairs")) {
      Path image = victim.dump("--tcp", "--kill");
      Set<String> usual = rules(Audit.report(image, "--tcp"));
      Consumer<Image> ahead =
          lying ->
              lying.set(
                  "TCP/0/send_sequence",
                  lying.get("TCP/0/send_sequence") + 1_000_000 & 0xffffffffL);
      assertFound(image, new Lie("sent what nobody received", ahead, "AU-SCK-17"), usual);
    }
  }
}
