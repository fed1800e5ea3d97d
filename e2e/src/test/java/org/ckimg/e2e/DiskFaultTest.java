package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** An image that cannot be written: nothing stays of it, and the program is not killed. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("quick")
class DiskFaultTest {
  private static Victim program(Account account, List<String> wrapper) throws Exception {
    return Victim.program(account, wrapper, "memory", "16");
  }

  private static Victim program() throws Exception {
    return program(Account.SELF, List.of());
  }

  /** Also when it was to be killed: then first of all. */
  private static void assertUnharmed(Victim victim) throws Exception {
    assertEquals(0, victim.task().tracer(), "tracer");
    assertEquals(List.of(), victim.task().children(), "children");
    victim.go();
    assertEquals(0, victim.awaitStatus(), victim::report);
    victim.assertPassed();
  }

  @ParameterizedTest
  @EnumSource
  void theDiskFails(Disk.Fault fault) throws Exception {
    Account.assumeRoot();
    try (Disk disk = new Disk(fault);
        Victim victim = program(fault.account(), disk.mounted())) {
      disk.breakDown();
      Path image = disk.folder().resolve("v.ckimg");
      List<String> wrapper = Disk.seenBy(victim.pid());
      Tool.run(fault.account(), wrapper, "dump", victim.pid(), "-o", image, "--kill")
          .assertExit(4)
          .assertSays(fault.error());
      assertEquals(List.of(), disk.files(victim.pid()));
      assertUnharmed(victim);
    }
  }

  @Test
  void aFileMayNotGrow() throws Exception {
    List<String> limited = List.of("sh", "-c", "ulimit -f 1000; exec \"$@\"", "sh");
    Path folder = Stage.folder("limited");
    Path image = folder.resolve("v.ckimg");
    try (Victim victim = program()) {
      Tool.run(Account.SELF, limited, "dump", victim.pid(), "-o", image, "--kill")
          .assertExit(4)
          .assertSays("EFBIG.*raise the limit");
      assertEquals(List.of(), RefusalTest.list(folder));
      assertUnharmed(victim);
    }
  }

  @Test
  void theFolderIsGone() throws Exception {
    Path image = Stage.folder("gone").resolve("nowhere").resolve("v.ckimg");
    try (Victim victim = program()) {
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image, "--kill")
          .assertExit(4)
          .assertSays("ENOENT");
      assertFalse(Files.exists(image.getParent()));
      assertUnharmed(victim);
    }
  }

  /** Who reads the stream leaves, or its device is full. */
  @ParameterizedTest
  @CsvSource({"'\"$@\" | true', EPIPE", "'\"$@\" >/dev/full', ENOSPC"})
  void theStreamEnds(String line, String error) throws Exception {
    Path said = Stage.folder("stream").resolve("status");
    String script =
        "said=$1; shift; { " + line.replace("\"$@\"", "{ \"$@\"; echo $? >$said; }") + "; }";
    List<String> wrapper = List.of("sh", "-c", script, "sh", said.toString());
    try (Victim victim = program()) {
      Tool.run(Account.SELF, wrapper, "dump", victim.pid(), "-o", "-", "--kill").assertSays(error);
      assertEquals("4", Files.readString(said).strip());
      assertUnharmed(victim);
    }
  }
}
