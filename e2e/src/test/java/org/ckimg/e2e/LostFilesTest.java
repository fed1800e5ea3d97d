package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Programs whose libraries, data or own executable were deleted: AU-FIL-07, AU-FIL-08. */
@Timeout(120)
@Tag("quick")
class LostFilesTest {
  @Shows(
      fate = Shows.Fate.CHANGED,
      what = "Files that no path leads to: made again with the content of the image")
  @Test
  void itIsSaidWhatComesOutOfTheImage() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "memfiles", "lost")) {
      Path image = victim.dumpAndKill();
      try (Restored restored = Restored.inForeground(Account.SELF, image)) {
        Outcome said = new Outcome(0, "", restored.messages());
        said.assertSays("AU-FIL-07 adjust: .*/library has no path");
        said.assertSays("AU-FIL-07 adjust: .*/data has no path");
        said.assertSays("AU-FIL-18 adjust: .*/both has no path");
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }

  /** The kernel lets an ordinary user name an executable only in a namespace of the user's own. */
  @Shows(
      fate = Shows.Fate.CHANGED,
      what = "A program whose file was replaced, of an ordinary user: in a user namespace")
  @Test
  void anUpgradedProgramOfAnOrdinaryUserNeedsANamespace() throws Exception {
    try (Victim victim = Victim.program(Account.NOBODY, "memfiles", "upgraded")) {
      Path image = victim.dumpAndKill();
      Tool.run(Account.NOBODY, "restore", image)
          .assertExit(1)
          .assertSays("AU-FIL-08 refuse: exe: .*/copy was deleted: .*--pid namespace");
      try (Restored restored = Restored.inForeground(Account.NOBODY, image, "--pid", "namespace")) {
        victim.go();
        assertEquals(0, restored.awaitStatus(), victim::report);
      }
      victim.assertPassed();
    }
  }
}
