package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.RestoreRefusedException;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.Restorer;
import org.ckimg.restorer.plan.Step;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.policy.Profile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files are swapped while a program comes back. It comes back with its own files, or not at all:
 * what was audited is what is opened.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("quick")
class RaceTest {
  private static final int RESTORES = 40;

  private static final String CAME_BACK = "came back";
  private static final String REFUSED = "refused by the audit";

  private static final List<Class<? extends Step>> MOMENTS =
      List.of(
          Step.CreateProcess.class,
          Step.MapRange.class,
          Step.OpenDescription.class,
          Step.SetPlace.class,
          Step.Finish.class);

  @Test
  void anotherProcessSwapsFilesAllTheTime() throws Exception {
    Campaign campaign = Campaign.of("races", RESTORES);
    try (Victim victim = Victim.program(Account.SELF, "drift", "both")) {
      Map<String, Object> own = filesOf(victim.task().proc("."));
      Path image = victim.dumpAndKill();
      Map<String, Integer> outcomes = new TreeMap<>();
      long swaps;
      try (Swapper swapper = new Swapper(victim.folder())) {
        for (int restore = 0; restore < campaign.rounds(); restore++) {
          outcomes.merge(restore(image, own, new Hostile.Believer()), 1, Integer::sum);
        }
        swaps = swapper.end();
      }
      // Nobody swaps any more.
      assertEquals(CAME_BACK, restore(image, own, new Hostile.Believer()));
      String seen =
          outcomes.entrySet().stream()
              .map(outcome -> outcome.getValue() + " " + outcome.getKey() + ", ")
              .collect(Collectors.joining());
      campaign.end("drift", campaign.rounds(), "%d swaps, %s0 wrong files".formatted(swaps, seen));
      assertEquals(Set.of(CAME_BACK, REFUSED), outcomes.keySet());
      assertTrue(swaps > campaign.rounds(), () -> "only " + swaps + " swaps");
    }
  }

  /** A program, a file that it has, and what may befall that. */
  private record Raced(String program, String mode, String file, Set<Change> changes) {
    /** What leaves the file itself as it is. */
    private static final Set<Change> OF_NAMES =
        EnumSet.of(Change.REPLACED, Change.OTHER_KIND, Change.GONE);

    /** A FIFO is not copied. */
    private static final Set<Change> OF_FIFOS = EnumSet.of(Change.OTHER_KIND, Change.GONE);

    static List<Raced> all() {
      return List.of(
          new Raced("drift", "both", "data", EnumSet.allOf(Change.class)),
          new Raced("drift", "shared", "data", EnumSet.allOf(Change.class)),
          new Raced("drift", "both", "drift", OF_NAMES),
          new Raced("pipes", "fifo", "both", OF_FIFOS));
    }

    Victim start() throws Exception {
      return file.equals(program)
          ? Victim.copied(Account.SELF, program, mode)
          : Victim.program(Account.SELF, program, mode);
    }
  }

  /**
   * Whatever befalls a file after the audit, and before each kind of step that opens, maps or
   * enters something: it is still the program's, and nothing else was changed.
   */
  @ParameterizedTest
  @MethodSource("org.ckimg.e2e.RaceTest$Raced#all")
  void aFileChangesBehindTheAudit(Raced raced) throws Exception {
    try (Victim victim = raced.start()) {
      Map<String, Object> own = filesOf(victim.task().proc("."));
      own.keySet().removeAll(lost(victim));
      Path image = victim.dumpAndKill();
      Kept kept = Kept.of(victim.folder().resolve(raced.file));
      for (Change change : raced.changes) {
        for (Class<? extends Step> when : MOMENTS) {
          Set<Path> left = new TreeSet<>();
          Meddler meddler =
              new Meddler(
                  when::isInstance,
                  () -> {
                    change.make(kept.path);
                    left.addAll(names(victim.folder()));
                  });
          String what = change + " before " + when.getSimpleName();
          assertEquals(CAME_BACK, restore(image, own, meddler), what);
          assertEquals(left, names(victim.folder()), what);
          kept.putBack();
        }
      }
    }
  }

  /** A file and its bytes, if it has some; a second name keeps it where its own is lost. */
  private record Kept(Path path, Path second, Optional<byte[]> bytes) {
    static Kept of(Path path) throws IOException {
      Path second = Files.createLink(path.resolveSibling("second"), path);
      Optional<byte[]> bytes =
          Files.isRegularFile(path) ? Optional.of(Files.readAllBytes(path)) : Optional.empty();
      return new Kept(path, second, bytes);
    }

    void putBack() throws IOException {
      Files.deleteIfExists(path);
      if (bytes.isPresent()) {
        Files.write(second, bytes.get());
      }
      Files.createLink(path, second);
    }
  }

  private static Set<Path> names(Path folder) throws IOException {
    return Set.copyOf(RefusalTest.list(folder));
  }

  /**
   * Inodes of what a process has open, maps, executes and is in.
   *
   * @param proc its folder in /proc
   */
  private static Map<String, Object> filesOf(Path proc) throws IOException {
    Map<String, Object> files = new TreeMap<>();
    for (String link : List.of("cwd", "exe")) {
      files.put(link, inode(proc.resolve(link)));
    }
    for (Path fd : RefusalTest.list(proc.resolve("fd"))) {
      files.put("fd/" + fd.getFileName(), inode(fd));
    }
    for (String line : Files.readAllLines(proc.resolve("maps"))) {
      String[] fields = line.split(" +");
      files.put(fields[0], Long.valueOf(fields[4]));
    }
    return files;
  }

  /** What no path leads to is made anew, and is another file. */
  private static Set<String> lost(Victim victim) throws IOException {
    Set<String> lost = new TreeSet<>();
    for (Path fd : RefusalTest.list(victim.task().proc("fd"))) {
      if (Files.readSymbolicLink(fd).toString().endsWith(" (deleted)")) {
        lost.add("fd/" + fd.getFileName());
      }
    }
    return lost;
  }

  private static Object inode(Path file) throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  /** What became of it; a program that came back has its own files, and is ended. */
  private static String restore(Path image, Map<String, Object> own, RestoreWatcher watcher)
      throws Exception {
    try (FileChannel file = FileChannel.open(image);
        ImageReader reader = ImageReader.open(file);
        Restorer restorer = Restorer.prepare(reader.checkpoint(), options());
        Hostile.Believed program = new Hostile.Believed(restorer.apply(watcher).pid())) {
      Map<String, Object> found = filesOf(program.proc("."));
      found.keySet().retainAll(own.keySet());
      assertEquals(own, found);
      return CAME_BACK;
    } catch (RestoreRefusedException e) {
      return REFUSED;
    } catch (IOException e) {
      return "failed: " + e.getMessage().replaceAll("[0-9]+", "N");
    }
  }

  /** Whoever renames a file changes its times: without this it would not come back any more. */
  private static RestoreOptions options() {
    Policy usual = Profile.DEFAULT.policy();
    Policy.Files files =
        new Policy.Files(
            Policy.Answer.ALLOW,
            usual.files().read(),
            usual.files().write(),
            usual.files().execute(),
            usual.files().sharedWrite(),
            usual.files().weakEvidence(),
            usual.files().handles(),
            usual.files().appendOnly());
    return HandleTest.options(files);
  }

  /** The program of swap.c. */
  private static final class Swapper implements AutoCloseable {
    private final Process process;
    private final Path out;

    Swapper(Path folder) throws Exception {
      out = Stage.folder("swapper").resolve("out");
      process =
          new ProcessBuilder(Stage.program("swap").toString(), folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(out.toFile())
              .start();
      Await.until(() -> "the swapper: " + said(), () -> said().startsWith("ready\n"));
    }

    private String said() {
      try {
        return Files.readString(out);
      } catch (IOException e) {
        return e.toString();
      }
    }

    /** Number of swaps; everything is in its place. */
    long end() throws Exception {
      assertTrue(process.isAlive(), this::said);
      process.getOutputStream().close();
      Await.end(process);
      assertEquals(0, process.exitValue(), this::said);
      return Long.parseLong(said().lines().toList().getLast());
    }

    @Override
    public void close() {
      process.destroyForcibly();
      Await.end(process);
    }
  }
}
