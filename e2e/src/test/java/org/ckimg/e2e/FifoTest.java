package org.ckimg.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A FIFO that is not the program's alone any more: AU-PIP-02, AU-PIP-03. */
@Timeout(120)
@Tag("quick")
class FifoTest {
  @Shows(fate = Shows.Fate.REFUSED, what = "A FIFO that a process outside has open now")
  @Test
  void somebodyElseHasItOpen() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "pipes", "fifo")) {
      Path image = victim.dumpAndKill();
      Path fifo = victim.folder().resolve("both");
      Path held = victim.folder().resolve("held");
      Process holder =
          new ProcessBuilder(
                  "sh",
                  "-c",
                  "exec 3<>\"$1\"; : >\"$2\"; read end",
                  "holder",
                  fifo.toString(),
                  held.toString())
              .start();
      try {
        Await.until(() -> "a holder of the FIFO", () -> Files.exists(held));
        InProcess.run("restore", image)
            .assertExit(1)
            .assertSays("AU-PIP-02 refuse: fd .*process %d has the FIFO".formatted(holder.pid()));
      } finally {
        holder.getOutputStream().close();
        Await.end(holder);
      }
      InProcess.run("restore", image, "--verify").assertExit(0);
    }
  }

  @Test
  void itsOtherEndIsNotPermitted() throws Exception {
    try (Victim victim = Victim.program(Account.NOBODY, "pipes", "fifo")) {
      Path image = victim.dumpAndKill();
      Path fifo = victim.folder().resolve("patient");
      Files.setPosixFilePermissions(fifo, PosixFilePermissions.fromString("r--------"));
      Tool.run(Account.NOBODY, "restore", image)
          .assertExit(1)
          .assertSays("AU-PIP-03 refuse: fd .*may not open both ends of the FIFO");
    }
  }
}
