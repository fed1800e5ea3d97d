package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.plan.Step;
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
 * stops them. And what is left when a restore fails at any step: nothing.
 */
@Timeout(180)
@Tag("quick")
@ResourceLock(Hostile.FILES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WeakenedTest {
  private static final int SIGUSR1 = 10;

  private Hostile hostile;

  /** Lets the program run, whatever it is. */
  private static class Believer implements RestoreWatcher {
    @Override
    public void written(long bytes) {}

    @Override
    public void mapped(long bytes) {}

    @Override
    public void beforeRun(int pid, int group, List<String> notes) throws IOException {}
  }

  /** Fails before one step. */
  private static final class Saboteur extends Believer {
    private final int when;
    private int steps;

    Saboteur(int when) {
      this.when = when;
    }

    @Override
    public void before(Step step) throws IOException {
      if (steps++ == when) {
        throw new IOException("sabotaged: " + step.describe());
      }
    }

    boolean struck() {
      return steps > when;
    }
  }

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
    return Hostile.restoreUnaudited(hostile.write(attack.on(hostile.sound())), new Believer());
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

  @Test
  void afterAFailureAtAnyStepTheHostIsAsItWas() throws Exception {
    String data = Files.readString(Hostile.DATA);
    Object written = Files.getLastModifiedTime(Hostile.DATA);
    List<Path> folder = files(Hostile.DATA.getParent());
    int steps = 0;
    for (boolean struck = true; struck; steps++) {
      Saboteur saboteur = new Saboteur(steps);
      String failure = sabotage(saboteur);
      struck = saboteur.struck();
      if (struck) {
        assertTrue(failure.startsWith("sabotaged: "), failure);
        assertFalse(hostile.victim().task().isThere(), "the process is left, after " + failure);
        assertEquals(List.of(), children(), "processes are left, after " + failure);
        assertEquals(data, Files.readString(Hostile.DATA), failure);
        assertEquals(written, Files.getLastModifiedTime(Hostile.DATA), failure);
        assertEquals(folder, files(Hostile.DATA.getParent()), failure);
        assertEquals(List.of(), descriptors(), failure);
      }
    }
    assertTrue(steps > 50, "only " + steps + " steps");
  }

  /** What it failed with; the program is ended when it did not fail. */
  private String sabotage(Saboteur saboteur) throws Exception {
    try (Hostile.Believed task = Hostile.restoreUnaudited(hostile.honest(), saboteur)) {
      return "came back as " + task.pid();
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return new ArrayList<>(files.sorted().toList());
    }
  }

  /** What is being built, under any of its names. */
  private static List<String> children() throws IOException {
    List<String> names = new ArrayList<>();
    for (int child : Tasks.children((int) ProcessHandle.current().pid())) {
      String name = name(child);
      if (name.equals("every") || name.startsWith("ckimg")) {
        names.add(name);
      }
    }
    return names;
  }

  private static String name(int pid) {
    try {
      return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
    } catch (IOException e) {
      // A child of another test has ended.
      return "";
    }
  }

  /** Descriptors of this virtual machine on the program's file. */
  private static List<Path> descriptors() throws IOException {
    List<Path> open = new ArrayList<>();
    for (Path fd : files(Path.of("/proc/self/fd"))) {
      if (Files.exists(fd) && Files.isSymbolicLink(fd) && isData(fd)) {
        open.add(fd);
      }
    }
    return open;
  }

  private static boolean isData(Path fd) {
    try {
      return Files.readSymbolicLink(fd).equals(Hostile.DATA);
    } catch (IOException e) {
      // Another test has closed it.
      return false;
    }
  }
}
