package org.ckimg.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** inotify: what is lost, and what is no more what was watched. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
@Tag("quick")
class NotifyTest {
  @Shows(
      fate = Shows.Fate.CHANGED,
      what = "Events of inotify that the program has not read: lost, its watches are not")
  @Test
  void eventsThatNobodyHasReadAreSaidToBeLost() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "holder", "notified")) {
      Path image = Stage.folder("image").resolve("v.ckimg");
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image)
          .assertExit(0)
          .assertSays("fd 50: 32 bytes of inotify events that nobody has read are not saved");
      Tool.run(Account.SELF, "check", image).assertExit(0);
    }
  }

  /** Another folder of that name is not what the program waits for. */
  @Test
  void anotherFolderOfThatNameIsRefused() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "holder", "notified")) {
      Path image = victim.dumpAndKill();
      Path watched = victim.folder().resolve("watched");
      Files.move(watched, victim.folder().resolve("kept"));
      Files.createDirectory(watched);
      Tool.run(Account.SELF, "restore", image)
          .assertExit(1)
          .assertSays("AU-FIL-04 refuse: fd 50: .*watched was replaced");
      Files.delete(watched);
      Tool.run(Account.SELF, "restore", image)
          .assertExit(1)
          .assertSays("AU-FIL-01 refuse: fd 50: .*watched cannot be opened")
          .assertSays("AU-FD-16 refuse: fd 50: watches .*watched, which is not here");
    }
  }
}
