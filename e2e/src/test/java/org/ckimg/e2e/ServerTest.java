package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A server that waits at its port is killed and brought back, and goes on where it was. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(300)
@Tag("long")
class ServerTest {
  /** So many that a virtual machine has compiled the answer. */
  private static final int WARM = 500;

  @ParameterizedTest
  @EnumSource
  void answersAgain(Server server) throws Exception {
    check(server, Account.SELF);
  }

  @ParameterizedTest
  @EnumSource
  void answersAgainForAnOrdinaryUser(Server server) throws Exception {
    Account.NOBODY.assumeUsable();
    check(server, Account.NOBODY);
  }

  private static void check(Server server, Account account) throws Exception {
    int port = Server.freePort();
    Path folder = Stage.folder(server.label());
    List<String> command = server.command(folder, port);
    try (Victim victim =
        Victim.command(account, List.of(), folder, Path.of("/dev/null"), command)) {
      Await.until(victim::report, () -> isThere(port));
      for (int number = 1; number <= WARM; number++) {
        assertAnswers(server, port, number);
      }
      Path image;
      // Somebody who has said nothing yet: the connection is reset, and the server goes on.
      try (Socket idle = new Socket(InetAddress.getLoopbackAddress(), port)) {
        assertTrue(idle.isConnected());
        // It was accepted before this one was.
        assertAnswers(server, port, WARM + 1);
        image = victim.dumpAndKill();
      }
      try (Restored restored = Restored.inForeground(account, image)) {
        for (int number = WARM + 2; number <= WARM + 50; number++) {
          assertAnswers(server, port, number);
        }
        assertTrue(restored.task().isAlive(), server::label);
      }
    }
  }

  private static boolean isThere(int port) throws Exception {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (ConnectException e) {
      return false;
    }
  }

  private static void assertAnswers(Server server, int port, int number) throws Exception {
    String answer = server.ask(port);
    String expected = server.answer(number);
    assertTrue(
        answer.equals(expected) || answer.matches(expected),
        () -> "to question " + number + ": " + answer);
  }
}
