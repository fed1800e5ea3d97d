package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.ckimg.linux.proc.Segment;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** System V shared memory that outlives its program: AU-SHM-03 to AU-SHM-05. */
@Timeout(120)
@Tag("quick")
class SegmentTest {
  private static final int IPC_CREAT = 01000;
  private static final int IPC_RMID = 0;
  private static final int ANOTHER_SIZE = 8192;

  /** That of {@code sysv.c}, by its key. */
  private static Segment left(Victim victim) throws IOException {
    return Segment.all().stream()
        .filter(segment -> segment.key() == (0x40000000 | victim.pid()))
        .findFirst()
        .orElseThrow();
  }

  private static void remove(int id) throws SyscallException {
    Syscalls.check("shmctl", Syscalls.call(Sys.SHMCTL, id, IPC_RMID, 0), "segment " + id);
  }

  private static void comeBack(Victim victim, Path image, String expected) throws Exception {
    try (Restored restored = Restored.inForeground(victim.account(), image)) {
      new Outcome(0, "", restored.messages()).assertSays(expected);
      victim.go();
      assertEquals(0, restored.awaitStatus(), victim::report);
    }
    victim.assertPassed();
  }

  @Test
  void oneThatIsLeftIsTheProgramsAgain() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "sysv", "kept")) {
      Path image = victim.dumpAndKill();
      Segment left = left(victim);
      long at = Syscalls.call(Sys.SHMAT, left.id(), 0, 0);
      InProcess.run("restore", image).assertExit(1).assertSays("AU-SHM-03 refuse: .*in use");
      Syscalls.check("shmdt", Syscalls.call(Sys.SHMDT, at), "segment");
      comeBack(victim, image, "AU-SHM-04 adjust: /SYSV.* still there");
    }
  }

  @Test
  void oneThatIsGoneComesBackUnderItsId() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "sysv", "kept")) {
      Path image = victim.dumpAndKill();
      Segment left = left(victim);
      remove(left.id());
      long other = Syscalls.call(Sys.SHMGET, left.key(), ANOTHER_SIZE, IPC_CREAT | 0600);
      InProcess.run("restore", image).assertExit(1).assertSays("AU-SHM-03 refuse: .*another one");
      remove((int) other);
      comeBack(victim, image, "restored: pid");
      assertEquals(List.of(), Segment.all().stream().filter(s -> s.key() == left.key()).toList());
    }
  }

  @Test
  void anOrdinaryUserCannotChooseItsId() throws Exception {
    try (Victim victim = Victim.program(Account.NOBODY, "sysv", "kept")) {
      Path image = victim.dumpAndKill();
      remove(left(victim).id());
      Tool.run(Account.NOBODY, "restore", image)
          .assertExit(1)
          .assertSays("AU-SHM-05 refuse: /SYSV.* choosing one needs CAP_CHECKPOINT_RESTORE");
    }
    try (Victim victim = Victim.program(Account.NOBODY, "sysv", "removed")) {
      comeBack(victim, victim.dumpAndKill(), "AU-SHM-05 adjust: /SYSV.*gets another id");
    }
  }
}
