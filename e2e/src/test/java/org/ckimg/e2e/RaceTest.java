package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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

/**
 * Files are swapped while a program comes back. It comes back with its own files, or not at all:
 * what was audited is what is opened.
 */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("quick")
class RaceTest {
  private static final int RESTORES = 40;

  /** The descriptor that drift.c opens its file with. */
  private static final String DATA_FD = "fd/3";

  private static final String CAME_BACK = "came back";

  @Test
  void anotherProcessSwapsFilesAllTheTime() throws Exception {
    Campaign campaign = Campaign.of("races", RESTORES);
    try (Victim victim = Victim.program(Account.SELF, "drift", "reader")) {
      Path image = victim.dumpAndKill();
      Map<String, Object> own = installed(victim);
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
      assertTrue(swaps > campaign.rounds(), () -> "only " + swaps + " swaps");
    }
  }

  /** Between the audit and each kind of step that opens, maps or enters something. */
  @Test
  void aFileIsReplacedBehindTheAudit() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "drift", "reader")) {
      Path image = victim.dumpAndKill();
      Map<String, Object> own = installed(victim);
      for (Class<? extends Step> when :
          List.of(
              Step.CreateProcess.class,
              Step.OpenDescription.class,
              Step.SetPlace.class,
              Step.Finish.class)) {
        Path data = victim.folder().resolve("data");
        Path aside = data.resolveSibling("aside");
        RestoreWatcher watcher = before(when, data, aside);
        assertEquals(CAME_BACK, restore(image, own, watcher), when::getSimpleName);
        assertTrue(Files.exists(aside), () -> "nothing was replaced before " + when);
        Files.move(aside, data, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static RestoreWatcher before(Class<? extends Step> when, Path data, Path aside) {
    return new Hostile.Believer() {
      @Override
      public void before(Step step) throws IOException {
        if (when.isInstance(step) && !Files.exists(aside)) {
          Files.move(data, aside);
          Files.copy(aside, data);
        }
      }
    };
  }

  /** Inodes of what the program has open, by the links of its folder in /proc. */
  private static Map<String, Object> installed(Victim victim) throws IOException {
    Map<String, Object> files = new LinkedHashMap<>();
    files.put("fd/1", inode(victim.folder().resolve("out")));
    files.put("fd/2", inode(victim.folder().resolve("err")));
    files.put(DATA_FD, inode(victim.folder().resolve("data")));
    files.put("cwd", inode(victim.folder()));
    files.put("exe", inode(Stage.program("drift")));
    return files;
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
      for (Map.Entry<String, Object> each : own.entrySet()) {
        assertEquals(each.getValue(), inode(program.proc(each.getKey())), each.getKey());
      }
      return CAME_BACK;
    } catch (RestoreRefusedException e) {
      return "refused by the audit";
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
