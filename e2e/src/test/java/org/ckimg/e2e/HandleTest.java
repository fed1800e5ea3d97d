package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.linux.sys.FileCalls;
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
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Table;
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

  @Shows(
      fate = Shows.Fate.CHANGED,
      what = "A file that has lost the name it was opened by, not the others: a copy")
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

  @Shows(
      fate = Shows.Fate.KEPT,
      what =
          "A file that has lost the name it was opened by, where a policy names the mount: the file itself")
  @Test
  void isFoundByItsHandleWhereThePolicyNamesTheMount() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "moved", "same")) {
      Set<String> rules = comesBack(victim, victim.dumpAndKill());
      assumeTrue(
          rules.contains("AU-FIL-17"), "this file system's handles have no generation to trust");
      victim.assertPassed();
    }
  }

  /** Generation 0 fits any file of the inode: such a handle is not followed. */
  @Test
  void comesBackAsACopyWhereItsHandleIsAWildcard() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "moved", "copy")) {
      Path image = victim.dumpAndKill();
      Image lying = Image.of(Files.readAllBytes(image));
      String handle = "FILES/heap/" + lost(lying) + "/handle";
      byte[] bytes = lying.bytes(handle);
      Arrays.fill(bytes, bytes.length - Integer.BYTES, bytes.length, (byte) 0);
      Files.write(image, lying.set(handle, bytes).bytes());
      assertFalse(comesBack(victim, image).contains("AU-FIL-17"));
      victim.assertPassed();
    }
  }

  /**
   * A handle passes by the modes of folders; what it leads to is opened by its name all the same.
   */
  @Test
  void comesBackAsACopyWhereItsUserMayNotGo() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.NOBODY, "moved", "copy")) {
      Path image = victim.dumpAndKill();
      Path closed = Files.createDirectory(victim.folder().resolve("closed"));
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
      Path kept = victim.folder().resolve("kept");
      Files.move(kept, closed.resolve("kept"));
      Image recorded = Image.of(Files.readAllBytes(image));
      String row = "FILES/" + lost(recorded);
      assertOpenedByHandle(
          (int) recorded.get(row + "/handle_type"),
          recorded.bytes("FILES/heap/" + lost(recorded) + "/handle"));
      Files.createFile(kept);
      assertFalse(comesBack(victim, image).contains("AU-FIL-17"));
      victim.assertPassed();
    }
  }

  /** So it is not the kernel that stops it. */
  private static void assertOpenedByHandle(int type, byte[] handle) throws Exception {
    int mount = FileCalls.open("/", FileCalls.O_RDONLY | FileCalls.O_DIRECTORY);
    int fd = FileCalls.openByHandle(mount, new FileCalls.FileHandle(type, handle));
    assertTrue(FileCalls.status(fd).isRegular());
    FileCalls.close(fd);
    FileCalls.close(mount);
  }

  /** Index of the file that has lost its path. */
  private static int lost(Image image) {
    return image.find(Table.FILES, "flags", 1);
  }

  /** What the audit said. */
  private static Set<String> comesBack(Victim victim, Path image) throws Exception {
    try (FileChannel file = FileChannel.open(image);
        ImageReader reader = ImageReader.open(file);
        Restorer restorer = Restorer.prepare(reader.checkpoint(), options())) {
      Set<String> rules =
          restorer.report().findings().stream().map(f -> f.rule()).collect(Collectors.toSet());
      assertTrue(restorer.report().allowed(), rules::toString);
      int pid = restorer.apply(NOBODY).pid();
      victim.go();
      assertEquals(0, ProcessCalls.wait(pid, ProcessCalls.WALL).status(), victim::report);
      return rules;
    }
  }

  /** Handles may be followed on the mount of the root. */
  static RestoreOptions options() {
    Policy usual = Profile.DEFAULT.policy();
    Policy.Files files =
        new Policy.Files(
            usual.files().drift(),
            usual.files().read(),
            usual.files().write(),
            usual.files().execute(),
            usual.files().sharedWrite(),
            usual.files().weakEvidence(),
            List.of("/"),
            usual.files().appendOnly());
    return options(files);
  }

  /** What is usual, but for the files. */
  static RestoreOptions options(Policy.Files files) {
    Policy usual = Profile.DEFAULT.policy();
    return new RestoreOptions(
        PidMode.AUTO,
        Set.of(),
        false,
        false,
        Optional.empty(),
        ImageSource.UNKNOWN,
        new Trusted(false, Set.of()),
        new Policy(
            "handles",
            true,
            files,
            usual.memory(),
            usual.signals(),
            usual.sockets(),
            usual.identity(),
            usual.trust()));
  }
}
