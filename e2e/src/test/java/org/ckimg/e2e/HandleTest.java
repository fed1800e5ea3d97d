package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.ImageSource;
import org.ckimg.restorer.PidMode;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.RestoreWatcher;
import org.ckimg.restorer.Restorer;
import org.ckimg.restorer.Trusted;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.policy.Profile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A file that has lost the name that it was opened by, and kept another one. */
@Timeout(120)
@Tag("quick")
class HandleTest {
  private static final RestoreWatcher NOBODY =
      new RestoreWatcher() {
        @Override
        public void written(long bytes) {}

        @Override
        public void mapped(long bytes) {}

        @Override
        public void beforeRun(int pid, int group, List<String> notes) throws IOException {}
      };

  @Test
  void comesBackAsACopyWhereNoPolicySaysMore() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "moved", "copy")) {
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  @Test
  void isOpenedByItsHandleWhereThePolicyNamesTheMount() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "moved", "same")) {
      Path image = victim.dumpAndKill();
      try (FileChannel file = FileChannel.open(image);
          ImageReader reader = ImageReader.open(file);
          Restorer restorer = Restorer.prepare(reader.checkpoint(), options())) {
        List<String> rules = restorer.report().findings().stream().map(f -> f.rule()).toList();
        assumeTrue(
            rules.contains("AU-FIL-17"), "this file system's handles have no generation to trust");
        assertTrue(restorer.report().allowed(), rules::toString);
        int pid = restorer.apply(NOBODY).pid();
        victim.go();
        assertEquals(0, ProcessCalls.wait(pid, ProcessCalls.WALL).status(), victim::report);
      }
      victim.assertPassed();
    }
  }

  private static RestoreOptions options() {
    Policy usual = Profile.DEFAULT.policy();
    Policy.Files files =
        new Policy.Files(
            usual.files().drift(),
            usual.files().read(),
            usual.files().write(),
            usual.files().execute(),
            usual.files().sharedWrite(),
            List.of("/"));
    return new RestoreOptions(
        PidMode.AUTO,
        Set.of(),
        false,
        Optional.empty(),
        new ImageSource(OptionalInt.empty(), Optional.empty()),
        new Trusted(false, Set.of()),
        new Policy(
            "handles",
            true,
            files,
            usual.memory(),
            usual.signals(),
            usual.identity(),
            usual.trust()));
  }
}
