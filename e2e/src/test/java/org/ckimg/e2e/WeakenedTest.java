package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Table;
import org.ckimg.testkit.attack.Attack;
import org.ckimg.testkit.attack.Subject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * What lies do to a restorer that believes them, where that is safe to see: so it is the audit that
 * stops them.
 */
@Timeout(180)
@Tag("quick")
@ResourceLock(Hostile.FILES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WeakenedTest {
  private static final int SIGUSR1 = 10;
  private static final String OUTSIDE = "what is outside of the root\n";

  /** What moved.c opens. */
  private static final int LOST = 3;

  private Hostile hostile;

  @BeforeAll
  void dumpAProgram() throws Exception {
    hostile = Hostile.dump(Subject.EVERY);
  }

  @AfterAll
  void end() throws Exception {
    if (hostile != null) {
      hostile.close();
    }
  }

  private Hostile.Believed believe(String name) throws Exception {
    Attack attack =
        hostile.attacks().stream().filter(a -> a.name().equals(name)).findFirst().orElseThrow();
    return Hostile.restoreUnaudited(
        hostile.write(attack.on(hostile.sound())), new Hostile.Believer());
  }

  private static String proc(Hostile.Believed task, String file) throws IOException {
    return Files.readString(task.proc(file));
  }

  private static String link(Hostile.Believed task, String file) throws IOException {
    return Files.readSymbolicLink(task.proc(file)).toString();
  }

  @Test
  void aPathLeadsToAnotherFile() throws Exception {
    try (Hostile.Believed task = believe("file-other")) {
      assertEquals(Hostile.OTHER.toString(), link(task, "fd/11"));
    }
  }

  @Test
  void aSwitchOfTheKernelIsAFile() throws Exception {
    try (Hostile.Believed task = believe("file-of-kernel")) {
      assertEquals("/proc/sys/kernel/core_pattern", link(task, "fd/11"));
    }
  }

  @Test
  void dataBecomesCode() throws Exception {
    try (Hostile.Believed task = believe("personality-400000")) {
      assertEquals("00400000", proc(task, "personality").strip());
    }
  }

  @Test
  void codeCanBeWritten() throws Exception {
    try (Hostile.Believed task = believe("write-and-execute")) {
      assertTrue(proc(task, "maps").contains(" rwxp "), "no mapping is writable and executable");
    }
  }

  @Test
  void nobodyCanEndTheProgram() throws Exception {
    try (Hostile.Believed task = believe("all-blocked")) {
      assertTrue(
          proc(task, "status").contains("SigBlk:\tfffffffffffbfeff"),
          "not all signals are blocked");
    }
  }

  @Test
  void aHandlerIsInTheKernel() throws Exception {
    try (Hostile.Believed task = believe("handler-kernel")) {
      ProcessCalls.kill(task.pid(), SIGUSR1);
      Await.until(() -> "the end by SIGSEGV", () -> !task.isAlive());
    }
  }

  /**
   * A handle passes by the root directory: whoever opens by it first gets a file from outside. Ours
   * looks for the name that it tells, finds no such file in its root, and makes the recorded one.
   */
  @Test
  void aHandleLeadsOutOfTheRoot() throws Exception {
    Account.assumeRoot();
    Path outside = Files.createTempFile(Path.of("/var/tmp"), "ckimg-outside-", "");
    try (Victim victim = Victim.program(Account.SELF, "moved", "copy")) {
      Files.writeString(outside, OUTSIDE);
      Path image = victim.dumpAndKill();
      assumeTrue(leadTo(image, outside), "handles of these file systems have different lengths");
      Jail jail = new Jail();
      assertEquals(OUTSIDE, opened(jail, image, HandleBeliever.How.BY_HANDLE));
      assertEquals("before ", opened(jail, image, HandleBeliever.How.AS_OURS));
      assertEquals(OUTSIDE, Files.readString(outside));
    } finally {
      Files.delete(outside);
    }
  }

  /** All that the image says of the file without a path is of another one. */
  private static boolean leadTo(Path image, Path file) throws Exception {
    Image lying = Image.of(Files.readAllBytes(image));
    int lost = lying.find(Table.FILES, "flags", 1);
    int fd = FileCalls.open(file.toString(), FileCalls.O_PATH);
    FileCalls.FileHandle handle = FileCalls.handle(fd);
    FileCalls.FileStatus status = FileCalls.status(fd);
    FileCalls.close(fd);
    String row = "FILES/" + lost;
    String bytes = "FILES/heap/" + lost + "/handle";
    boolean fits = lying.bytes(bytes).length == handle.bytes().length;
    if (fits) {
      lying.set(row + "/handle_type", handle.type()).set(bytes, handle.bytes());
      lying.set(row + "/inode", status.inode()).set(row + "/device", status.device());
      Files.write(image, lying.bytes());
    }
    return fits;
  }

  /** What a restorer in there gives the program in place of its file without a path. */
  private static String opened(Jail jail, Path image, HandleBeliever.How how) throws Exception {
    Path out = Stage.folder("believer").resolve("out");
    Process believer = jail.start(HandleBeliever.class, out, image, how);
    try {
      Await.until(
          () -> "the program, or why there is none",
          () -> !believer.isAlive() || Files.readString(out).endsWith("\n"));
      String said = Files.readString(out);
      assertTrue(said.startsWith("believed "), said);
      Task task = Task.ofRecent(Integer.parseInt(said.strip().split(" ")[1]));
      try {
        return Files.readString(Path.of("/proc/" + task.pid() + "/fd/" + LOST));
      } finally {
        task.kill();
      }
    } finally {
      believer.destroyForcibly();
      Await.end(believer);
    }
  }

  /** Even then nothing of a file is cut: such flags are never passed on. */
  @Test
  void aFileIsNotCut() throws Exception {
    String before = Files.readString(Hostile.DATA);
    try (Hostile.Believed task = believe("flags-cut")) {
      assertEquals(Hostile.DATA.toString(), link(task, "fd/10"));
    }
    assertEquals(before, Files.readString(Hostile.DATA));
  }
}
