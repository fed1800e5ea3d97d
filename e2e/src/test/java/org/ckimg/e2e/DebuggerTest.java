package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Debuggers say of a core that was made of an image what they say of gcore's of the same stopped
 * program: the same threads, registers and backtraces, line by line.
 */
@Timeout(300)
@Tag("cores")
class DebuggerTest {
  @Test
  void threads() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "threads", "all")) {
      List<String> stacks = assertSame(victim, Stage.program("threads"));
      assertEquals(5, stacks.stream().filter(line -> line.startsWith("TID ")).count());
      assertEquals(4, stacks.stream().filter(line -> line.endsWith(" start_thread")).count());
      assertTrue(stacks.stream().anyMatch(line -> line.endsWith(" main")), stacks::toString);
      assertTrue(stacks.stream().anyMatch(line -> line.endsWith(" _start")), stacks::toString);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PYTHON", "PERL"})
  void realProgram(RealProgram program) throws Exception {
    try (Victim victim = program.startWorking()) {
      List<String> stacks = assertSame(victim, Path.of(victim.task().link("exe")));
      assertTrue(
          stacks.stream().anyMatch(line -> line.contains(" __libc_start_main")), stacks::toString);
    }
  }

  /**
   * A set of CRIU has threads at the calls that they will make again, two bytes before where they
   * stand; all functions are the same.
   */
  @Test
  void aSetOfCriu() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "threads", "all")) {
      Path program = Stage.program("threads");
      victim.task().stop();
      Path image = victim.dump();
      Path images = Stage.folder("criu").resolve("set");
      Tool.run(Account.SELF, "convert", image, images, "--to", "criu").assertExit(0);
      Path core = Stage.folder("core").resolve("criu.core");
      Tool.run(Account.SELF, "convert", images, core).assertExit(0);
      Path theirs = victim.task().gcore(Stage.folder("gcore"));
      List<String> functions = functions(program, theirs);
      assertEquals(functions, functions(program, core));
      assertEquals(4, functions.stream().filter("start_thread"::equals).count());
      Files.delete(theirs);
      Files.delete(core);
    }
  }

  /** Of every frame of every thread, as eu-stack names them. */
  private static List<String> functions(Path program, Path core) throws Exception {
    return Debugger.EU_STACK.look(program, core).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst(".* ", ""))
        .toList();
  }

  /** What eu-stack says. */
  private static List<String> assertSame(Victim victim, Path program) throws Exception {
    victim.task().stop();
    Path image = victim.dump();
    Path ours = Stage.folder("core").resolve("v.core");
    Tool.run(Account.SELF, "convert", image, ours).assertExit(0);
    Path theirs = victim.task().gcore(Stage.folder("gcore"));
    for (Debugger debugger : Debugger.values()) {
      assertEquals(
          String.join("\n", debugger.look(program, theirs)),
          String.join("\n", debugger.look(program, ours)),
          debugger.toString());
    }
    List<String> stacks = Debugger.EU_STACK.look(program, ours);
    Files.delete(theirs);
    Files.delete(ours);
    return stacks;
  }
}
