package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Dumps that store only what differs, and programs that come back from them. */
@Timeout(180)
@Tag("quick")
class IncrementalTest {
  private static final int LENGTH = 10;

  @ParameterizedTest
  @EnumSource
  void aProgramComesBackFromAChain(Account account) throws Exception {
    Path folder = Stage.folder("chain");
    try (Victim victim = Victim.program(account, "steps", "any")) {
      List<Path> chain = chain(victim, folder);
      victim.task().kill();
      victim.awaitStatus();
      assertTenthIsSmall(chain);
      Tool.run(account, "check", chain.getLast()).assertExit(0);
      comesBack(account, victim, chain.getLast());
    }
  }

  @Test
  void aProgramComesBackFromASquashedChain() throws Exception {
    Path folder = Stage.folder("chain");
    try (Victim victim = Victim.program(Account.SELF, "steps", "any")) {
      Path last = chain(victim, folder).getLast();
      victim.task().kill();
      victim.awaitStatus();
      Path alone = Stage.folder("alone").resolve("v.ckimg");
      Tool.run(Account.SELF, "squash", last, "-o", alone).assertExit(0);
      Tool.run(Account.SELF, "check", alone).assertExit(0);
      comesBack(Account.SELF, victim, alone);
    }
  }

  private static void comesBack(Account account, Victim victim, Path image) throws Exception {
    try (Restored restored = Restored.inForeground(account, image)) {
      victim.go();
      assertEquals(0, restored.awaitStatus(), victim::report);
    }
    victim.assertPassed();
  }

  /** Every image continues the one before it. */
  private static List<Path> chain(Victim victim, Path folder) throws Exception {
    List<Path> chain = new ArrayList<>();
    for (int i = 0; i < LENGTH; i++) {
      Path image = folder.resolve(i + ".ckimg");
      if (chain.isEmpty()) {
        victim.dumpTo(victim.task(), image);
      } else {
        step(victim);
        victim.dumpTo(victim.task(), image, "--parent", chain.getLast().toString());
      }
      chain.add(image);
    }
    return chain;
  }

  /** One page in a hundred changes. */
  private static void step(Victim victim) throws Exception {
    Path step = Files.createFile(victim.folder().resolve("step"));
    Await.until(() -> "a step of " + victim.report(), () -> Files.notExists(step));
  }

  private static void assertTenthIsSmall(List<Path> chain) throws Exception {
    long first = Files.size(chain.getFirst());
    long tenth = Files.size(chain.getLast());
    assertTrue(tenth * 10 <= first, () -> "%d of %d bytes".formatted(tenth, first));
  }
}
