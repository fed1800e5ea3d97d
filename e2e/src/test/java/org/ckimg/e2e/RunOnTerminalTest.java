package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code ckimg run} as a person sees it who sits at a terminal. */
@Timeout(180)
@Tag("quick")
class RunOnTerminalTest {
  private static final int LINES = 300_000;

  /** Start, type, ^E, go on, kill -9, restore, go on. */
  @Shows(fate = Shows.Fate.KEPT, what = "A prompt with a line half typed: python")
  @ParameterizedTest
  @EnumSource
  void aProgramIsSavedByAKeyAndComesBack(Account account) throws Exception {
    try (Tmux tmux = Tmux.start(account, "key-python")) {
      tmux.line("./ckimg run -o p.ckimg -- " + Requirements.python() + " -q");
      tmux.await("^>>>");
      tmux.line("x = 41");
      tmux.type("print(x + 1");
      tmux.await("print\\(x \\+ 1$");
      tmux.key("C-e");
      tmux.await("^ckimg run: saved p.ckimg: .* stood still ");
      tmux.await("^>>> print\\(x \\+ 1$(?s:.*)^>>> print\\(x \\+ 1$");
      tmux.keep("saved");
      tmux.line(")");
      tmux.await("^42$");
      tmux.keep("went on");
      tmux.job().children().getFirst().kill();
      tmux.awaitPrompt(137);
      tmux.clear();
      tmux.line("./ckimg restore p.ckimg");
      tmux.await("^restored: pid \\d+$");
      tmux.await("^>>> print\\(x \\+ 1$");
      tmux.keep("restored");
      tmux.line(")");
      tmux.await("^42$");
      tmux.line("exit(x)");
      tmux.awaitPrompt(41);
    }
  }

  /** The kernel has it, and gives it to nobody before it is ended. */
  @Shows(fate = Shows.Fate.KEPT, what = "A line half typed, under ckimg run: cat")
  @ParameterizedTest
  @EnumSource
  void aLineThatTheTerminalHas(Account account) throws Exception {
    try (Tmux tmux = Tmux.start(account, "key-line")) {
      tmux.line("./ckimg run -o p.ckimg -- cat");
      tmux.line("up");
      tmux.await("^up$(?s:.*)^up$");
      tmux.type("xhax");
      tmux.await("^xhax$");
      tmux.key("BSpace", "C-e");
      tmux.await("saved p.ckimg");
      tmux.line("lf");
      tmux.await("^xhalf$");
      tmux.job().children().getFirst().kill();
      tmux.awaitPrompt(137);
      tmux.clear();
      tmux.line("./ckimg restore p.ckimg");
      tmux.await("^\\^R$(?s:.*)^xha$");
      tmux.key("BSpace", "BSpace");
      tmux.line("yz");
      tmux.await("^xyz$(?s:.*)^xyz$");
      tmux.keep("restored");
      tmux.key("C-d");
      tmux.awaitPrompt(0);
    }
  }

  /** The job of a shell is saved, and not the shell; of a pipeline nothing else can be. */
  @Shows(fate = Shows.Fate.KEPT, what = "A shell with a pipeline in the foreground")
  @Test
  void theJobInTheForegroundIsSaved() throws Exception {
    Requirements.program("bash");
    try (Tmux tmux = Tmux.start(Account.SELF, "key-shell")) {
      tmux.line("PS1='> ' ./ckimg run -o %N.ckimg -- bash --norc");
      tmux.await("^>$");
      tmux.line("echo up; cat");
      tmux.await("^up$");
      tmux.line("one");
      tmux.await("^one$(?s:.*)^one$");
      tmux.key("C-z");
      tmux.await("Stopped");
      tmux.line("fg");
      tmux.await("^cat$");
      tmux.line("two");
      tmux.await("^two$(?s:.*)^two$");
      tmux.key("C-e");
      tmux.await("saved cat.ckimg");
      tmux.key("C-c");
      tmux.await("^\\^C$(?s:.*)^>\\s*\\z");
      tmux.line("cat | sed -u s/a/b/");
      tmux.line("aaa");
      tmux.await("^baa$");
      tmux.key("C-e");
      tmux.await("saved bash.ckimg");
      tmux.keep("saved");
      tmux.job().children().getFirst().kill();
      tmux.awaitPrompt(137);
      tmux.clear();
      tmux.line("./ckimg restore bash.ckimg");
      tmux.await("^restored: pid \\d+$");
      tmux.line("aca");
      tmux.await("^bca$");
      tmux.key("C-c");
      tmux.await("^>$");
      tmux.line("exit 3");
      tmux.awaitPrompt(3);
      tmux.keep("restored");
      assertEquals("cat", Json.inspect(tmux.file("cat.ckimg")).at("/processes/0/comm").asText());
    }
  }

  @Test
  void keysOfTheProgram() throws Exception {
    try (Tmux tmux = Tmux.start(Account.SELF, "key-literal")) {
      tmux.line("./ckimg run --key ^x -- sh -c 'echo up; exec cat -v'");
      tmux.await("^up$");
      tmux.key("C-e", "C-x", "C-x", "a", "Enter");
      tmux.await("^\\^E\\^Xa$(?s:.*)^\\^E\\^Xa$");
      tmux.key("C-d");
      tmux.awaitPrompt(0);
      tmux.line(
          "tty > outside; ./ckimg run --key none -- tty > inside; ./ckimg run tty; cat outside; echo do''ne");
      tmux.await("^done$");
      assertEquals(Files.readString(tmux.file("outside")), Files.readString(tmux.file("inside")));
      List<String> seen =
          tmux.screen().lines().filter(line -> line.startsWith("/dev/pts/")).toList();
      assertEquals(2, seen.size());
      assertNotEquals(seen.get(0), seen.get(1));
    }
  }

  @Test
  void theTerminalIsGivenBackHoweverItEnds() throws Exception {
    try (Tmux tmux = Tmux.start(Account.SELF, "key-modes")) {
      tmux.line("stty -g > before; ./ckimg run sh -c 'stty raw -echo; exit 42'");
      tmux.awaitPrompt(42);
      assertUnchanged(tmux);
      tmux.line("./ckimg run no-such-program");
      tmux.awaitPrompt(4);
      assertUnchanged(tmux);
      tmux.line("./ckimg run sh -c 'stty raw; kill -9 $$'");
      tmux.awaitPrompt(137);
      assertUnchanged(tmux);
      tmux.line("./ckimg run sh -c 'echo up; stty raw; sleep 1000'");
      tmux.await("^up$");
      tmux.job().signal("TERM");
      tmux.awaitPrompt(143);
      assertUnchanged(tmux);
    }
  }

  private static void assertUnchanged(Tmux tmux) throws Exception {
    tmux.line("clear; stty -g > after; cmp before after && echo un''changed");
    tmux.await("^unchanged$");
    // What is typed before it is echoed twice.
    tmux.awaitPrompt(0);
  }

  @Test
  void windowAndSignalsGetThrough() throws Exception {
    try (Tmux tmux = Tmux.start(Account.SELF, "key-window")) {
      tmux.line(
          "./ckimg run sh -c 'trap \"stty size\" WINCH; trap \"echo usr1; exit 5\" USR1;"
              + " stty size; while :; do sleep 0.1; done'");
      tmux.await("^24 80$");
      tmux.resize(70, 20);
      tmux.await("^20 70$");
      tmux.job().signal("USR1");
      tmux.await("^usr1$");
      tmux.awaitPrompt(5);
    }
  }

  @Test
  void everyByteGetsThrough() throws Exception {
    List<String> onPty = List.of(Stage.program("onpty").toString());
    String last = Integer.toString(LINES);
    try (Tool tool = Tool.start(Account.SELF, onPty, "run", "--", "seq", last)) {
      Outcome outcome = tool.await().assertExit(0);
      String expected =
          IntStream.rangeClosed(1, LINES)
              .mapToObj(Integer::toString)
              .collect(Collectors.joining("\r\n", "", "\r\n"));
      assertTrue(expected.equals(outcome.out()), () -> outcome.out().length() + " bytes");
    }
  }
}
