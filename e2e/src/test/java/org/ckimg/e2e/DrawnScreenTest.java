package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Programs that use the whole screen have it again after a save, and after they came back. */
@Timeout(180)
@Tag("quick")
class DrawnScreenTest {
  /**
   * A program on the screen.
   *
   * @param shown when it is there
   * @param keys that make of it what is compared
   * @param then what they show
   * @param more keys, one of which a terminal sends in several bytes
   * @param last what they show
   * @param end keys that end it
   */
  private record Drawing(
      String command,
      String shown,
      List<String> keys,
      String then,
      List<String> more,
      String last,
      List<String> end) {}

  private static final Drawing LESS =
      new Drawing(
          "less lines",
          "^line 23$",
          List.of("5", "0", "g"),
          "\\Aline 50$",
          List.of("Down"),
          "\\Aline 51$",
          List.of("q"));

  private static final Drawing VI =
      new Drawing(
          "vi -u NONE -N lines",
          "^line 23$",
          List.of("5", "0", "G", "x", "Z", "Escape"),
          "^ine 50$",
          List.of("Down", "x"),
          "^ine 51$",
          List.of(":", "q", "!", "Enter"));

  static Stream<Arguments> programs() {
    return Stream.of(
        Arguments.of(Account.SELF, LESS),
        Arguments.of(Account.SELF, VI),
        Arguments.of(Account.NOBODY, VI));
  }

  /** It reads files of /proc all the time, and shows other numbers when it is asked again. */
  @Shows(fate = Shows.Fate.KEPT, what = "A program that watches the machine: top")
  @Test
  void topGoesOn() throws Exception {
    Requirements.program("top");
    try (Tmux tmux = Tmux.start(Account.SELF, "screen-top")) {
      tmux.line("./ckimg run -o p.ckimg -- top -d 1000");
      tmux.await("^MiB Mem : ");
      tmux.key("l");
      tmux.await("\\ATasks: ");
      tmux.key("C-e");
      tmux.await("^ckimg run: saved p.ckimg: ");
      tmux.job().children().getFirst().kill();
      tmux.await("\\[137\\]");
      tmux.line("tput rmcup; tput rmkx");
      tmux.clear();
      tmux.line("./ckimg restore p.ckimg");
      tmux.await("\\ATasks: ");
      tmux.keep("restored");
      tmux.key("l");
      tmux.await("\\Atop - ");
      tmux.key("q");
      tmux.awaitPrompt(0);
    }
  }

  @Shows(fate = Shows.Fate.KEPT, what = "Programs that draw on the whole screen: less, vi")
  @ParameterizedTest
  @MethodSource("programs")
  void isThereAgain(Account account, Drawing drawing) throws Exception {
    String program = drawing.command().split(" ")[0];
    Requirements.program(program);
    try (Tmux tmux = Tmux.start(account, "screen-" + program)) {
      Files.writeString(
          tmux.file("lines"),
          IntStream.rangeClosed(1, 500)
              .mapToObj(i -> "line " + i + "\n")
              .collect(Collectors.joining()));
      Files.setPosixFilePermissions(
          tmux.file("lines"), PosixFilePermissions.fromString("rw-rw-rw-"));
      tmux.line("./ckimg run -o p.ckimg -- " + drawing.command());
      tmux.await(drawing.shown());
      tmux.key(drawing.keys().toArray(String[]::new));
      tmux.await(drawing.then());
      String before = tmux.keep("before");
      tmux.key("C-e");
      tmux.await("^ckimg run: saved p.ckimg: ");
      assertEquals(Tmux.allButLast(before), Tmux.allButLast(tmux.keep("saved")));
      tmux.key(drawing.more().toArray(String[]::new));
      tmux.await(drawing.last());
      Await.until(() -> "uncovered", () -> !tmux.screen().contains("ckimg run:"));
      String after = tmux.keep("went on");
      tmux.job().children().getFirst().kill();
      tmux.await("\\[137\\]");
      // It had no time to leave the screen of its own.
      tmux.line("tput rmcup; tput rmkx");
      tmux.clear();
      tmux.line("./ckimg restore p.ckimg");
      tmux.awaitRows(before);
      tmux.keep("restored");
      tmux.key(drawing.more().toArray(String[]::new));
      tmux.awaitRows(after);
      tmux.key(drawing.end().toArray(String[]::new));
      tmux.awaitPrompt(0);
      assertTrue(tmux.keep("ended").contains("restored: pid "), "the screen of before is back");
    }
  }
}
