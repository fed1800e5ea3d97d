package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.ckimg.linux.proc.FileLocks;
import org.ckimg.linux.proc.Segment;
import org.ckimg.linux.proc.Tasks;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.MappedImage;
import org.ckimg.restorer.PidMode;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.restorer.plan.SocketStep;
import org.ckimg.restorer.plan.Step;
import org.ckimg.testkit.attack.Subject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A plan is what is done, step by step, for one process and for a tree; and a step that fails
 * leaves the host as it was.
 */
@Timeout(300)
@Tag("quick")
@ResourceLock(Hostile.FILES)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StepsTest {
  /** What the names of the programs' files have in common, and of what is put beside them. */
  private static final String OF_THIS_RUN = Hostile.DATA.toString().replaceFirst(".*-", "-");

  private final Map<Subject, Hostile> programs = new EnumMap<>(Subject.class);

  /** Programs, and ways to bring them back, with steps that no subject of attacks has. */
  private enum Rare {
    MAPPED("steps", "any", Set.of(Step.MapObject.class)),
    INHERITING("steps", "any", Set.of(Step.InheritDescriptor.class)),
    EXECUTED("steps", "any", Set.of(Step.BecomeExecutable.class)),
    TABLES_OF_THREADS("sharing", "tables", Set.of(Step.LeaveTable.class)),
    FOLDERS_OF_THREADS("sharing", "threads", Set.of(Step.LeavePlace.class)),
    REFERENCES("eventtree", "references", Set.of(Step.ReceiveDescription.class)),
    SOCKETS(
        "unixsockets",
        "connections",
        Set.of(
            SocketStep.Bind.class,
            SocketStep.Listen.class,
            SocketStep.Join.class,
            SocketStep.Wait.class)),
    DATAGRAMS("unixsockets", "datagrams", Set.of(SocketStep.Fill.class, SocketStep.Connect.class)),
    CONNECTED(
        "inetsockets", "pairs", Set.of(SocketStep.Resume.class, Step.ResumeConnections.class)),
    ON_TERMINAL("terminal", "leader", Set.of(Step.TakeTerminal.class, Step.UseTerminal.class));

    private static final Set<Integer> STANDARD_OUTPUT = Set.of(1);
    private static final long NAMES_EXECUTABLES = 1L << 21 | 1L << 40;

    private final String program;
    private final String mode;
    private final Set<Class<?>> steps;

    Rare(String program, String mode, Set<Class<?>> steps) {
      this.program = program;
      this.mode = mode;
      this.steps = steps;
    }

    Dumped dump() throws Exception {
      if (this == ON_TERMINAL) {
        Victim victim = TerminalTest.start(Account.SELF, Stage.folder("terminal-steps"));
        return Dumped.of(victim, TerminalTest.dumpAndKill(victim), program);
      }
      Victim victim = Victim.program(Account.SELF, program, mode);
      Path image = this == CONNECTED ? victim.dump("--tcp", "--kill") : victim.dump("--kill");
      victim.awaitStatus();
      return Dumped.of(victim, image, program);
    }

    private RestoreOptions options(MappedImage image) throws Exception {
      return switch (this) {
        case MAPPED -> Altered.with(Hostile.OPTIONS, "mapped", Optional.of(image));
        case INHERITING -> Altered.with(Hostile.OPTIONS, "inherit", STANDARD_OUTPUT);
        case EXECUTED -> Altered.with(Hostile.OPTIONS, "pid", PidMode.NEW);
        case CONNECTED -> Altered.with(Hostile.OPTIONS, "tcp", true);
        case TABLES_OF_THREADS, FOLDERS_OF_THREADS, REFERENCES, SOCKETS, DATAGRAMS, ON_TERMINAL ->
            Hostile.OPTIONS;
      };
    }

    /** What is done with an image, in one of these ways. */
    interface Deed<T> {
      T on(Path image, RestoreOptions options, Hostile.View view) throws Exception;
    }

    <T> T with(Dumped program, Deed<T> deed) throws Exception {
      int fd = MappedImage.open(program.image());
      try (FileChannel file = FileChannel.open(program.image());
          ImageReader reader = ImageReader.open(file)) {
        RestoreOptions options = options(MappedImage.of(fd, reader));
        return deed.on(program.image(), options, (checkpoint, seen) -> view(seen));
      } finally {
        FileCalls.close(fd);
      }
    }

    /** Who may not name an executable executes it. */
    private HostFacts view(HostFacts seen) throws Exception {
      if (this != EXECUTED) {
        return seen;
      }
      long left = seen.caller().capabilities() & ~NAMES_EXECUTABLES;
      return Altered.with(seen, "caller", Altered.with(seen.caller(), "capabilities", left));
    }
  }

  /** Fails before one step, and remembers those that were made. */
  private static final class Saboteur extends Hostile.Believer {
    private final int when;
    private final List<Step> steps = new ArrayList<>();

    Saboteur(int when) {
      this.when = when;
    }

    @Override
    public void before(Step step) throws IOException {
      steps.add(step);
      if (steps.size() - 1 == when) {
        throw new IOException("sabotaged: " + step.describe());
      }
    }
  }

  /** Fails in the middle of a step: when memory has just been written, or when all is built. */
  private static final class Midway extends Hostile.Believer {
    private final boolean built;

    Midway(boolean built) {
      this.built = built;
    }

    @Override
    public void written(long bytes) throws IOException {
      if (!built) {
        throw new IOException("sabotaged after " + bytes + " bytes");
      }
    }

    @Override
    public void beforeRun(int pid, int group, List<String> notes) throws IOException {
      throw new IOException("sabotaged before it runs");
    }
  }

  /** Everything that a failed restore could have left behind or changed. */
  private record Surroundings(
      Set<Integer> tasks,
      List<String> children,
      List<String> files,
      Set<Long> locks,
      List<Segment> segments) {
    static Surroundings of(Dumped program) throws Exception {
      return new Surroundings(
          program.tasks(),
          childrenHere(program),
          filesOf(program.victim()),
          locksOf(program.victim()),
          Segment.all().stream().filter(s -> program.segments().contains(s.id())).toList());
    }

    /** What is being built, under any of its names. */
    private static List<String> childrenHere(Dumped program) throws IOException {
      List<String> names = new ArrayList<>();
      for (int child : Tasks.children((int) ProcessHandle.current().pid())) {
        String name = name(child);
        if (name.startsWith("ckimg") || name.startsWith(program.program())) {
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

    /** Names, lengths and times of what is in the program's folder, and of what it has open. */
    private static List<String> filesOf(Victim victim) throws IOException {
      SortedSet<String> files = new TreeSet<>();
      try (var all = Files.list(victim.folder())) {
        for (Path file : all.toList()) {
          files.add(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file));
        }
      }
      try (var all = Files.list(Hostile.DATA.getParent())) {
        all.filter(file -> file.toString().contains(OF_THIS_RUN)).forEach(f -> files.add("" + f));
      }
      if (Files.exists(Hostile.DATA)) {
        files.add(Files.readString(Hostile.DATA) + Files.getLastModifiedTime(Hostile.DATA));
      }
      if (Files.exists(Hostile.SOCKET)) {
        files.add(Hostile.SOCKET + " " + Files.getAttribute(Hostile.SOCKET, "unix:ino"));
      }
      return List.copyOf(files);
    }

    /** Inodes of the program's files that are locked. */
    private static Set<Long> locksOf(Victim victim) throws IOException {
      Set<Long> own = new HashSet<>();
      try (var all = Files.list(victim.folder())) {
        for (Path file : all.toList()) {
          own.add((Long) Files.getAttribute(file, "unix:ino"));
        }
      }
      if (Files.exists(Hostile.DATA)) {
        own.add((Long) Files.getAttribute(Hostile.DATA, "unix:ino"));
      }
      Set<Long> locked = new TreeSet<>();
      FileLocks.read().stream()
          .filter(l -> own.contains(l.inode()))
          .forEach(l -> locked.add(l.inode()));
      return locked;
    }
  }

  @BeforeAll
  void dumpThePrograms() throws Exception {
    for (Subject subject : Subject.values()) {
      programs.put(subject, Hostile.dump(subject));
    }
  }

  @AfterAll
  void end() throws Exception {
    for (Hostile program : programs.values()) {
      program.close();
    }
  }

  /** All steps, as they were made. */
  private static List<Step> made(Hostile hostile) throws Exception {
    Saboteur onlooker = new Saboteur(-1);
    hostile.program().awaitBurial();
    try (Hostile.Believed task = Hostile.restoreUnaudited(hostile.honest(), onlooker)) {
      assertTrue(task.isAlive());
    }
    hostile.program().endAll();
    return onlooker.steps;
  }

  @ParameterizedTest
  @EnumSource
  void thePlanThatIsPrintedIsWhatIsDone(Subject subject) throws Exception {
    Hostile hostile = programs.get(subject);
    String printed = InProcess.run("restore", hostile.honest(), "--plan").assertExit(0).out();
    assertEquals(Set.of(), hostile.program().tasks(), "the plan was carried out");
    List<String> made = made(hostile).stream().map(Step::describe).toList();
    List<String> plan =
        printed
            .lines()
            .filter(line -> line.matches(" *\\d+  .*"))
            .map(line -> line.replaceFirst(" *\\d+  (process \\d+: )?", ""))
            .toList();
    assertEquals(plan, made);
    assertTrue(made.size() > 40, "only " + made.size() + " steps");
  }

  /**
   * Whatever is opened or mapped is so with the program's rights, and who is to be sent a signal is
   * asked for with no more than these: the kernel remembers with whose rights.
   */
  @Test
  void rightsAreFinalBeforeTheyCouldBeUsed() throws Exception {
    Account.assumeRoot();
    List<Class<?>> made = new ArrayList<>();
    made(programs.get(Subject.EVERY)).forEach(step -> made.add(step.getClass()));
    int user = made.indexOf(Step.ChangeUser.class);
    for (Class<?> opens :
        List.of(
            Step.MakeFile.class,
            Step.MapRange.class,
            Step.OpenDescription.class,
            Step.OnSocket.class,
            Step.SetPlace.class)) {
      assertTrue(0 <= user && user < made.indexOf(opens), () -> opens + " in " + made);
    }
    int rights = made.lastIndexOf(Step.DropRights.class);
    for (Class<?> signals :
        List.of(
            Step.ArmDescriptor.class,
            Step.StartTimers.class,
            Step.QueueSignals.class,
            Step.Finish.class)) {
      assertTrue(0 <= rights && rights < made.indexOf(signals), () -> signals + " in " + made);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FEW")
  void afterAFailureAtAnyStepTheHostIsAsItWas(Subject subject) throws Exception {
    Hostile hostile = programs.get(subject);
    List<Step> made = made(hostile);
    Surroundings before = Surroundings.of(hostile.program());
    assertEquals(Set.of(), before.tasks());
    for (int step : chosen(made, subject == Subject.EVERY)) {
      Saboteur saboteur = new Saboteur(step);
      String failure = sabotage(hostile, saboteur);
      assertEquals("sabotaged: " + made.get(step).describe(), failure);
      assertEquals(before, Surroundings.of(hostile.program()), failure);
      assertFalse(hasOpen(Hostile.DATA), failure);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FEW")
  void afterAFailureWithinAStepTheHostIsAsItWas(Subject subject) throws Exception {
    Hostile hostile = programs.get(subject);
    Surroundings before = Surroundings.of(hostile.program());
    for (boolean built : List.of(false, true)) {
      String failure = sabotage(hostile, new Midway(built));
      assertTrue(failure.contains(built ? "before it runs" : " bytes"), failure);
      assertEquals(before, Surroundings.of(hostile.program()), failure);
      assertFalse(hasOpen(Hostile.DATA), failure);
    }
  }

  /** Whatever a plan may consist of fails in one of these tests. */
  @Test
  void everyKindOfStepFails() throws Exception {
    Account.assumeRoot();
    Set<Class<?>> never = new HashSet<>();
    Stream.of(Step.class, SocketStep.class)
        .flatMap(kinds -> Stream.of(kinds.getPermittedSubclasses()))
        .filter(kind -> kind != Step.OnSocket.class)
        .forEach(never::add);
    for (Hostile hostile : programs.values()) {
      Hostile.planned(hostile.honest(), Hostile.OPTIONS, (checkpoint, seen) -> seen)
          .forEach(step -> never.remove(kind(step)));
    }
    for (Rare rare : Rare.values()) {
      never.removeAll(rare.steps);
    }
    assertEquals(Set.of(), never);
  }

  private static Class<?> kind(Step step) {
    return step instanceof Step.OnSocket on ? on.step().getClass() : step.getClass();
  }

  /** A step is not begun, or has been made when the next one fails. */
  @ParameterizedTest
  @EnumSource
  void afterAFailureAtARareStepTheHostIsAsItWas(Rare rare) throws Exception {
    Account.assumeRoot();
    try (Dumped program = rare.dump()) {
      List<Step> plan = rare.with(program, Hostile::planned);
      Surroundings before = Surroundings.of(program);
      assertEquals(Set.of(), before.tasks());
      for (Class<?> step : rare.steps) {
        int last = plan.stream().map(StepsTest::kind).toList().lastIndexOf(step);
        assertTrue(last >= 0, () -> step + " is not planned");
        for (int when : List.of(last, last + 1)) {
          Saboteur saboteur = new Saboteur(when);
          String failure =
              rare.with(
                  program,
                  (image, options, view) ->
                      failure(
                          program, () -> Hostile.restoreUnaudited(image, saboteur, options, view)));
          assertEquals("sabotaged: " + plan.get(when).describe(), failure);
          assertEquals(before, Surroundings.of(program), failure);
          assertFalse(hasOpen(program.victim().folder()), failure);
        }
      }
    }
  }

  /** A namespace ends when the last in it has ended, stand-ins too, or never. */
  @ParameterizedTest
  @EnumSource(names = {"FAMILY", "FEW"})
  void afterAFailureInAPidNamespaceTheHostIsAsItWas(Subject subject) throws Exception {
    Hostile hostile = programs.get(subject);
    List<Step> made = made(hostile);
    Surroundings before = Surroundings.of(hostile.program());
    for (int step : chosen(made, subject == Subject.FEW)) {
      Saboteur saboteur = new Saboteur(step);
      IOException failure =
          assertThrows(
              IOException.class,
              () -> Hostile.restoreNamespaced(hostile.honest(), saboteur).close());
      assertTrue(failure.getMessage().startsWith("sabotaged: "), failure.getMessage());
      assertEquals(List.of(), List.of(failure.getSuppressed()), failure.getMessage());
      assertEquals(before, Surroundings.of(hostile.program()), failure.getMessage());
    }
  }

  /**
   * All of a single process, and of a small tree in a pid namespace, whose dead wait for nobody to
   * bury them; else the last of each kind: then most of it is built.
   */
  private static Set<Integer> chosen(List<Step> made, boolean all) {
    Map<Object, Integer> last = new HashMap<>();
    for (int i = 0; i < made.size(); i++) {
      last.put(all ? i : kind(made.get(i)), i);
    }
    return new TreeSet<>(last.values());
  }

  private static String sabotage(Hostile hostile, RestoreWatcher saboteur) throws Exception {
    return failure(hostile.program(), () -> Hostile.restoreUnaudited(hostile.honest(), saboteur));
  }

  /** What a restore failed with; the program is ended when it did not fail. */
  private static String failure(Dumped program, Callable<Hostile.Believed> restore)
      throws Exception {
    program.awaitBurial();
    try (Hostile.Believed task = restore.call()) {
      return "came back as " + task.pid();
    } catch (IOException e) {
      return e.getMessage();
    }
  }

  /** True when this virtual machine has a descriptor on a file, or on one below a folder. */
  private static boolean hasOpen(Path file) throws IOException {
    try (var all = Files.list(Path.of("/proc/self/fd"))) {
      return all.anyMatch(fd -> leadsTo(fd, file));
    }
  }

  private static boolean leadsTo(Path fd, Path file) {
    try {
      return Files.readSymbolicLink(fd).startsWith(file);
    } catch (IOException e) {
      // Another test has closed it.
      return false;
    }
  }
}
