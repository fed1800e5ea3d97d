package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Table;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever has an image has no right by it: not root's, and not one that its file once gave. */
@Timeout(120)
@Tag("quick")
class PrivilegeTest {
  private static final int NOBODY = 65534;
  private static final int O_RDWR = 2;

  private static Victim sleeper(Account account, Path input) throws Exception {
    Path folder = Stage.folder("sleeper");
    return Victim.command(account, List.of(), folder, input, List.of("sleep", "1000"));
  }

  /** Readable by all; by default an image is its owner's alone. */
  private static Path shown(Path image) throws Exception {
    return Files.setPosixFilePermissions(image, PosixFilePermissions.fromString("rw-r--r--"));
  }

  @Test
  void rootGivesNobodyWhatIsRoots() throws Exception {
    Account.assumeRoot();
    try (Victim victim = sleeper(Account.SELF, Path.of("/dev/null"))) {
      Path image = victim.dumpAndKill();
      Files.setAttribute(image, "unix:uid", NOBODY);
      Tool.run(Account.SELF, "restore", image)
          .assertExit(1)
          .assertSays("AU-CRD-07 .*would run as uid 0, but the image is a file of uid 65534");
      Files.setAttribute(image, "unix:uid", 0);
      Tool.run(Account.SELF, "restore", image, "--verify").assertExit(0);
    }
  }

  /** In an image of nobody's, which root restores. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "uid, AU-CRD-07, 0",
    "euid, AU-CRD-07, 0",
    "fsuid, AU-CRD-07, 0",
    "gid, AU-CRD-07, 0",
    "egid, AU-CRD-07, 6",
    "cap_permitted, AU-CRD-04, 1",
    "cap_inheritable, AU-CRD-04, 2",
  })
  void anImageOfAnotherGivesNothingOfRoots(String field, String rule, long value) throws Exception {
    Account.assumeRoot();
    try (Victim victim = sleeper(Account.NOBODY, Path.of("/dev/null"))) {
      Path image = victim.dumpAndKill();
      byte[] honest = Files.readAllBytes(image);
      Files.write(image, Image.of(honest).set("CREDENTIALS/0/" + field, value).bytes());
      Tool.run(Account.SELF, "restore", image).assertExit(1).assertSays(rule + " refuse");
      Files.write(image, honest);
      Tool.run(Account.SELF, "restore", image, "--verify").assertExit(0);
    }
  }

  @Shows(fate = Shows.Fate.REFUSED, what = "A setuid program: recorded by root, and not restored")
  @Test
  void aSetuidProgramIsDumpedByRootAloneAndNotRestored() throws Exception {
    Account.assumeRoot();
    Path program = Stage.folder("setuid").resolve("sleep");
    Files.copy(Path.of("/usr/bin/sleep"), program);
    Files.setAttribute(program, "unix:mode", 04755);
    List<String> command = List.of(program.toString(), "1000");
    Path folder = Stage.folder("sleeper");
    try (Victim victim =
        Victim.command(Account.NOBODY, List.of(), folder, Path.of("/dev/null"), command)) {
      Await.until(() -> "root", () -> victim.task().status("Uid").strip().startsWith("65534\t0"));
      assertNotDumpedByNobody(victim);
      Path image = Stage.folder("image").resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image, "--kill").assertExit(0);
      Tool.run(Account.SELF, "restore", image).assertExit(1).assertSays("AU-FIL-09 refuse");
    }
  }

  @Test
  void aProgramThatMayNotBeDumpedIsDumpedByRootAlone() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.NOBODY, "attributes", "dumpable")) {
      assertNotDumpedByNobody(victim);
      Path image = Stage.folder("image").resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image).assertExit(0);
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
    }
  }

  private static void assertNotDumpedByNobody(Victim victim) throws Exception {
    Path image = Stage.folder("refused").resolve("v.ckimg");
    Tool.run(Account.NOBODY, "dump", victim.pid(), "-o", image)
        .assertExit(4)
        .assertSays("permission denied: ptrace of pid " + victim.pid());
    assertFalse(Files.exists(image));
  }

  @Shows(fate = Shows.Fate.REFUSED, what = "Ids and capabilities that the caller may not give")
  @Test
  void nobodyBecomesRoot() throws Exception {
    Account.assumeRoot();
    try (Victim victim = sleeper(Account.SELF, Path.of("/dev/null"))) {
      Path image = shown(victim.dumpAndKill());
      Tool.run(Account.NOBODY, "restore", image).assertExit(1).assertSays("AU-CRD-02 .*uid 0");
      String verdict = Tool.run(Account.SELF, "restore", image, "--verify").assertExit(0).out();
      assertTrue(verdict.contains("AU-IMG-07 warn: image: "), verdict);
      Tool.run(Account.SELF, "restore", image, "--verify").assertExit(0);
    }
  }

  @Test
  void whatRootRestoresForAnotherIsTheOthers() throws Exception {
    Account.assumeRoot();
    try (Victim victim = sleeper(Account.NOBODY, Path.of("/dev/null"))) {
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        Path status = Path.of("/proc/" + restored.task().pid() + "/status");
        String uids =
            Files.readAllLines(status).stream().filter(l -> l.startsWith("Uid:")).findFirst().get();
        assertEquals("Uid:\t65534\t65534\t65534\t65534", uids);
      }
    }
  }

  @Test
  void aFileThatWasOnlyReadIsNotWritten() throws Exception {
    Account.assumeRoot();
    Path data = Stage.folder("readonly").resolve("data");
    Files.writeString(data, "only root writes here");
    shown(data);
    try (Victim victim = sleeper(Account.NOBODY, data)) {
      Path honest = victim.dumpAndKill();
      Path hostile = Stage.folder("hostile").resolve("v.ckimg");
      Files.write(hostile, writable(Files.readAllBytes(honest)));
      Files.setAttribute(hostile, "unix:uid", NOBODY);
      Tool.run(Account.NOBODY, "restore", hostile)
          .assertExit(1)
          .assertSays("AU-FIL-12 .*fd 0.*may not open .*data read-write");
      Tool.run(Account.NOBODY, "restore", honest, "--verify").assertExit(0);
      assertEquals("only root writes here", Files.readString(data));
    }
  }

  private static byte[] writable(byte[] honest) {
    Image image = Image.of(honest);
    long description = image.get("FDS/" + image.find(Table.FDS, "number", 0) + "/description");
    image.set("DESCRIPTIONS/" + (description - 1) + "/flags", O_RDWR);
    return image.bytes();
  }
}
