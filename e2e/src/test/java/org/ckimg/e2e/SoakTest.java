package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A program with several threads is dumped, killed and brought back, round after round. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(180)
@Tag("quick")
class SoakTest {
  private static final int ROUNDS = 3;

  /** Pages that a kernel or a C library may need more, and a leak soon passes. */
  private static final long GROWTH_KIB = 1024;

  /** What grows where something is left behind in each round. */
  private record Size(int fds, int mappings, long residentKib) {
    static Size of(Task task) throws Exception {
      try (Stream<Path> fds = Files.list(task.proc("fd"))) {
        return new Size(
            (int) fds.count(),
            task.maps().size(),
            Long.parseLong(task.status("VmRSS").replace(" kB", "")));
      }
    }
  }

  @Test
  void againAndAgain() throws Exception {
    Campaign campaign = Campaign.of("soak", ROUNDS);
    Path image = Stage.folder("soak").resolve("v.ckimg");
    try (Victim victim = Victim.program(Account.SELF, "steady", campaign.seconds())) {
      Counts counts = Counts.of(victim);
      victim.dumpTo(victim.task(), image, "--kill");
      assertEquals(128 + 9, victim.awaitStatus());
      Size first = null;
      Size last = null;
      for (int round = 1; round <= campaign.rounds(); round++) {
        try (Restored restored = Restored.inForeground(Account.SELF, image)) {
          counts.awaitProgress("round " + round, restored.task());
          last = Size.of(restored.task());
          first = first == null ? last : first;
          assertNothingLeft(restored.task(), image);
          if (round < campaign.rounds()) {
            victim.dumpTo(restored.task(), image, "--kill");
            assertEquals(128 + 9, restored.awaitStatus());
          } else {
            victim.go();
            assertEquals(0, restored.awaitStatus(), victim::report);
          }
        }
      }
      victim.assertPassed();
      campaign.end(
          "steady",
          campaign.rounds(),
          "0 deaths, 0 errors found by the program; descriptors %d → %d, mappings %d → %d, resident KiB %d → %d"
              .formatted(
                  first.fds(),
                  last.fds(),
                  first.mappings(),
                  last.mappings(),
                  first.residentKib(),
                  last.residentKib()));
      assertEquals(first.fds(), last.fds());
      assertEquals(first.mappings(), last.mappings());
      assertTrue(last.residentKib() <= first.residentKib() + GROWTH_KIB, () -> "more memory");
    }
  }

  private static void assertNothingLeft(Task task, Path image) throws Exception {
    assertEquals(List.of(), task.children(), "children, zombies included");
    assertEquals(0, task.tracer(), "tracer");
    assertEquals(List.of(), task.scratch(), "scratch mappings");
    assertEquals(List.of(image), RefusalTest.list(image.getParent()));
  }
}
