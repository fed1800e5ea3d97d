package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ckimg.linux.proc.Segment;
import org.ckimg.linux.sys.AttachedSegment;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.linux.sys.Syscalls;
import org.ckimg.reader.ImageReader;
import org.ckimg.restorer.Restorer;
import org.ckimg.restorer.plan.Step;
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

  /** Others write into every page of it, of which the program had not touched the last one. */
  private static void overwrite(Segment segment) throws Exception {
    try (AttachedSegment here = AttachedSegment.of(segment.id(), segment.bytes())) {
      here.memory().fill((byte) 'x');
    }
  }

  private static byte[] bytes(Segment segment) throws Exception {
    try (AttachedSegment here = AttachedSegment.of(segment.id(), segment.bytes())) {
      return here.memory().toArray(ValueLayout.JAVA_BYTE);
    }
  }

  /** The kernel gives such a file out in one piece or not at all. */
  private static String nextId() throws IOException {
    ByteBuffer id = ByteBuffer.allocate(32);
    try (FileChannel file = FileChannel.open(Path.of("/proc/sys/kernel/shm_next_id"))) {
      return new String(id.array(), 0, file.read(id), StandardCharsets.US_ASCII).strip();
    }
  }

  /** What a restore failed with. */
  private static IOException failure(Path image, Meddler meddler) throws Exception {
    try (FileChannel file = FileChannel.open(image);
        ImageReader reader = ImageReader.open(file);
        Restorer restorer = Restorer.prepare(reader.checkpoint(), Hostile.OPTIONS)) {
      return assertThrows(IOException.class, () -> restorer.apply(meddler));
    }
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
      try (AttachedSegment _ = AttachedSegment.of(left.id(), left.bytes())) {
        InProcess.run("restore", image).assertExit(1).assertSays("AU-SHM-03 refuse: .*in use");
      }
      overwrite(left);
      comeBack(victim, image, "AU-SHM-04 adjust: /SYSV.* still there");
    }
  }

  @Test
  void oneThatIsLeftIsAsItWasAfterAFailure() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "sysv", "kept")) {
      Path image = victim.dumpAndKill();
      Segment left = left(victim);
      overwrite(left);
      byte[] before = bytes(left);
      Meddler saboteur =
          new Meddler(
              Step.Finish.class::isInstance,
              () -> {
                assertFalse(Arrays.equals(before, bytes(left)), "it was not filled yet");
                throw new IOException("that is all");
              });
      IOException failure = failure(image, saboteur);
      assertEquals("that is all", failure.getCause().getMessage());
      assertEquals(List.of(), List.of(failure.getSuppressed()));
      assertArrayEquals(before, bytes(left));
      comeBack(victim, image, "AU-SHM-04 adjust: /SYSV.* still there");
    }
  }

  /** What somebody does who attaches a segment after the audit, and looks at it later. */
  private static void assertLeftAlone(Class<? extends Step> when) throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "sysv", "kept")) {
      Path image = victim.dumpAndKill();
      Segment left = left(victim);
      overwrite(left);
      byte[] before = bytes(left);
      List<AttachedSegment> views = new ArrayList<>();
      Meddler other =
          new Meddler(
              when::isInstance, () -> views.add(AttachedSegment.of(left.id(), left.bytes())));
      IOException failure = failure(image, other);
      try (AttachedSegment view = views.getFirst()) {
        assertEquals(
            "System V segment %d has changed since the audit: somebody has attached it"
                .formatted(left.id()),
            failure.getMessage());
        assertArrayEquals(before, view.memory().toArray(ValueLayout.JAVA_BYTE));
      }
      comeBack(victim, image, "AU-SHM-04 adjust: /SYSV.* still there");
    }
  }

  @Test
  void oneThatSomebodyAttachesIsLeftAlone() throws Exception {
    assertLeftAlone(Step.ClearMemory.class);
    assertLeftAlone(Step.FillObject.class);
  }

  @Test
  void whatOthersWriteStaysAfterAFailure() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "sysv", "kept")) {
      Path image = victim.dumpAndKill();
      Segment left = left(victim);
      overwrite(left);
      byte[] expected = bytes(left);
      expected[1] = 'y';
      Meddler other =
          new Meddler(
              Step.Finish.class::isInstance,
              () -> {
                try (AttachedSegment here = AttachedSegment.of(left.id(), left.bytes())) {
                  here.memory().asSlice(0, 4096).fill((byte) 'x');
                  here.memory().set(ValueLayout.JAVA_BYTE, 1, (byte) 'y');
                }
                throw new IOException("that is all");
              });
      IOException failure = failure(image, other);
      assertEquals(1, failure.getSuppressed().length);
      assertEquals(
          "System V segment %d: somebody else has written to 1 pages, which stay as they are"
              .formatted(left.id()),
          failure.getSuppressed()[0].getMessage());
      assertArrayEquals(expected, bytes(left));
      remove(left.id());
    }
  }

  @Test
  void anIdThatWasChosenInVainIsNobodys() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "sysv", "kept")) {
      Path image = victim.dumpAndKill();
      Segment left = left(victim);
      remove(left.id());
      Meddler other =
          new Meddler(
              Step.CreateProcess.class::isInstance,
              () -> Syscalls.call(Sys.SHMGET, left.key(), ANOTHER_SIZE, IPC_CREAT | 0600));
      IOException failure = failure(image, other);
      remove(left(victim).id());
      assertTrue(failure.getMessage().contains(": EEXIST"), failure.getMessage());
      assertNotEquals("" + left.id(), nextId());
      comeBack(victim, image, "restored: pid");
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
