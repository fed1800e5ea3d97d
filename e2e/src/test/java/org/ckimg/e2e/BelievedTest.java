package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.testkit.attack.Attack;
import org.ckimg.testkit.attack.Subject;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * Every lie is told to a restorer that believes it, where that is safe to see: {@code
 * spec/BELIEVED.md} says which bring a program back, so that only the audit stops them. {@code
 * -Dckimg.write=true} writes it.
 */
@Timeout(300)
@Tag("quick")
@ResourceLock(Hostile.FILES)
class BelievedTest {
  private static final Path FILE = Stage.checkout().resolve("spec/BELIEVED.md");
  private static final String MARK = "<!-- from here on written by BelievedTest -->\n";

  /** Names of lies, or how they start, and what a restorer would do that believes them. */
  private static final Map<String, String> UNSAFE =
      Map.of(
          "call-again-", "the program makes the call",
          "file-as-fifo", "the file is written",
          "socket-over-file", "the file is replaced",
          "exe-setuid", "the program of another user is started",
          "pipe-overfull", "the restore never ends",
          "scheduled-first", "the program takes a processor",
          "memory-endless", "memory is exhausted",
          "memory-of-all", "memory is exhausted",
          "memory-file-endless", "memory is exhausted",
          "posix-thread", "a stranger is sent signals");

  /** Those that come back are the reason for the audit. */
  private static final String BACK = "the program comes back";

  private record Row(Attack attack, String outcome) {
    String text() {
      return "| %s | %s | %s | %s |"
          .formatted(attack.name(), attack.against(), String.join(", ", attack.rules()), outcome);
    }
  }

  @Test
  void theTableIsWhatHappens() throws Exception {
    List<Row> rows = new ArrayList<>();
    for (Subject subject : Subject.values()) {
      try (Hostile hostile = Hostile.dump(subject)) {
        for (Attack attack : hostile.attacks()) {
          if (attack.refused()) {
            rows.add(new Row(attack, outcome(hostile, attack)));
          }
        }
      }
    }
    assertTrue(rows.stream().filter(row -> row.outcome().equals(BACK)).count() > 50);
    String text = Files.readString(FILE);
    String expected = text.substring(0, text.indexOf(MARK) + MARK.length()) + table(rows);
    if (Boolean.getBoolean("ckimg.write")) {
      Files.writeString(FILE, expected);
    }
    assertEquals(
        expected,
        Files.readString(FILE),
        "write it anew: ./verify -pl e2e -am -Dit.test=BelievedTest -Dckimg.write=true");
  }

  private static String table(List<Row> rows) {
    return Stream.concat(
            Stream.of("", "| lie | what it would be | rules | believed |", "|---|---|---|---|"),
            rows.stream().map(Row::text))
        .reduce("", (all, line) -> all + line + "\n");
  }

  private static String outcome(Hostile hostile, Attack attack) throws Exception {
    for (Map.Entry<String, String> unsafe : UNSAFE.entrySet()) {
      if (attack.name().startsWith(unsafe.getKey())) {
        return "not tried: " + unsafe.getValue();
      }
    }
    Path image = hostile.write(attack.on(hostile.sound()));
    try {
      Hostile.restoreUnaudited(image, new Hostile.Believer()).close();
      return BACK;
    } catch (SyscallException e) {
      // A program that came back can have died of what it was told before it is let go.
      return e.errno() == Errno.ESRCH ? BACK : "the kernel refuses";
    } catch (IOException | RuntimeException e) {
      return "the restorer cannot";
    } finally {
      hostile.program().endAll();
    }
  }
}
