package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a program knows does not leave with its image when that was taken out. */
@Timeout(180)
class RedactTest {
  /** In every kind of memory: the secret, and what place it is in. */
  private static final String PROGRAM =
      """
      import mmap, os, sys, threading, time
      secret = sys.argv[1].encode()
      heap = [secret + b'-heap-%d' % i for i in range(1000)]
      large = bytearray(secret + b'-large') * 100000
      shared = mmap.mmap(-1, 65536)
      shared[:len(secret) + 7] = secret + b'-shared'
      r, w = os.pipe()
      os.write(w, secret + b'-pipe')
      gone = open('gone', 'w+b')
      gone.write(secret + b'-deleted')
      gone.flush()
      os.unlink('gone')
      threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()
      print('ready', flush=True)
      while True:
          time.sleep(1)
      """;

  private static final String SECRET = "hunter2-" + System.nanoTime();

  private static Path image(Path folder) throws Exception {
    Path program = Files.writeString(folder.resolve("program.py"), PROGRAM);
    List<String> command =
        List.of(
            "env",
            "PASSWORD=" + SECRET + "-environment",
            Requirements.python().toString(),
            program.toString(),
            SECRET);
    try (Victim victim =
        Victim.command(Account.SELF, List.of(), folder, Path.of("/dev/null"), command)) {
      Await.until(victim::report, () -> victim.output().contains("ready\n"));
      return victim.dump();
    }
  }

  private static boolean hasSecret(Path file) throws Exception {
    return Files.readString(file, StandardCharsets.ISO_8859_1).contains(SECRET);
  }

  private static Path redacted(Path image, String what) throws Exception {
    Path out = image.resolveSibling(what + ".ckimg");
    Tool.run(Account.SELF, "convert", image, out, "--redact", what).assertExit(0);
    Tool.run(Account.SELF, "check", out).assertExit(0);
    return out;
  }

  private static String found(Path image) throws Exception {
    Outcome outcome = Tool.run(Account.SELF, "mem", image, "search", SECRET);
    assertTrue(outcome.exit() <= 1, outcome::err);
    return outcome.out();
  }

  @Test
  void noByteOfASecretIsLeft() throws Exception {
    Path image = image(Stage.folder("redact"));
    String before = found(image);
    for (String place : List.of("environment", "heap", "large", "shared", "pipe", "deleted")) {
      assertTrue(before.contains(SECRET + "-" + place), place + " in " + before.length());
    }
    Path all = redacted(image, "all");
    assertFalse(hasSecret(all));
    assertEquals("", found(all));
    Outcome refused = Tool.run(Account.SELF, "restore", "--verify", all).assertExit(1);
    assertTrue(refused.out().contains("AU-IMG-01"), refused.out());
    assertStructure(Json.inspect(image).at("/processes/0"), Json.inspect(all).at("/processes/0"));
    assertParts(image);
  }

  private static void assertStructure(JsonNode before, JsonNode after) {
    for (String same : List.of("pid", "exe", "cwd", "fds", "signals", "limits", "layout")) {
      assertEquals(before.get(same), after.get(same), same);
    }
    assertEquals(before.get("threads").size(), after.get("threads").size());
    assertEquals(before.get("vmas").size(), after.get("vmas").size());
    for (int i = 0; i < before.get("threads").size(); i++) {
      String frame = "/threads/%d/registers/rip".formatted(i);
      assertEquals(before.at(frame), after.at(frame));
    }
  }

  private static long number(JsonNode hex) {
    return Long.parseUnsignedLong(hex.asText().substring(2), 16);
  }

  /** Where a line of matches says that it is, such as {@code 999 7f412a0cb8d4 rw-p …}. */
  private static boolean isOnStack(JsonNode process, String line) {
    long address = Long.parseLong(line.split(" ")[1], 16);
    for (JsonNode thread : process.get("threads")) {
      long stack = number(thread.at("/registers/rsp"));
      for (JsonNode vma : process.get("vmas")) {
        long start = number(vma.get("start"));
        long end = number(vma.get("end"));
        if (start <= stack && stack < end && start <= address && address < end) {
          return true;
        }
      }
    }
    return false;
  }

  /** What was not asked for is still there. */
  private static void assertParts(Path image) throws Exception {
    String environment = found(redacted(image, "environment"));
    assertTrue(environment.contains("-heap-"), "heap");
    Path heap = redacted(image, "heap,environment,arguments");
    JsonNode process = Json.inspect(heap).at("/processes/0");
    // A stack may have copies, which only taking out the stacks takes out.
    String left = found(heap);
    assertTrue(left.lines().allMatch(line -> isOnStack(process, line)), left);
    assertFalse(process.get("argv").toString().contains(SECRET), "arguments");
    assertFalse(process.get("environment").toString().contains(SECRET), "environment");
  }
}
