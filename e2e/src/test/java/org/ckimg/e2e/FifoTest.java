package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A FIFO that is not the program's alone any more: AU-PIP-02, AU-PIP-03. */
@Timeout(120)
@Tag("quick")
class FifoTest {
  /** Its number, as /proc/PID/syscall has it. */
  private static final String OPENAT = "257 ";

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

  /** A shell that waits in open(2) of a FIFO; it has no descriptor of it. */
  private static Process wait(String command, Path fifo, Path told) throws Exception {
    Process waiting =
        new ProcessBuilder("sh", "-c", command, "sh", fifo.toString(), told.toString()).start();
    Path call = Path.of("/proc/" + waiting.pid() + "/syscall");
    Await.until(() -> "waits in open(2)", () -> Files.readString(call).startsWith(OPENAT));
    return waiting;
  }

  @Test
  void somebodyWaitsToReadIt() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "pipes", "fifo")) {
      Path image = victim.dumpAndKill();
      for (String name : List.of("both", "patient")) {
        Path told = victim.folder().resolve("told");
        Process reader =
            wait("exec <\"$1\"; exec cat >\"$2\"", victim.folder().resolve(name), told);
        InProcess.run("restore", image)
            .assertExit(4)
            .assertSays(
                "/%s has changed since the audit: another process opens it".formatted(name));
        Await.end(reader);
        assertEquals("", Files.readString(told), name);
      }
      InProcess.run("restore", image, "--verify").assertExit(0);
    }
  }

  @Test
  void somebodyWaitsToWriteToIt() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "pipes", "fifo")) {
      Path image = victim.dumpAndKill();
      Path fifo = victim.folder().resolve("write");
      Process writer = wait("echo stranger >\"$1\"", fifo, fifo);
      InProcess.run("restore", image)
          .assertExit(4)
          .assertSays("/write has changed since the audit: another process opens it");
      Await.end(writer);
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
