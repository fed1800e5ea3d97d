package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.ckimg.linux.sys.ProcessCalls;
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
