package org.ckimg.linux.proc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class StatusTest {
  private static final int SELF = (int) ProcessHandle.current().pid();

  private static final String TEXT =
      """
      Name:\ta: b\\n
      Umask:\t0027
      State:\tT (stopped)
      Tgid:\t812
      Ngid:\t0
      Pid:\t813
      PPid:\t1
      TracerPid:\t77
      Uid:\t1000\t1001\t1002\t1003
      Gid:\t4294967294\t5\t6\t7
      FDSize:\t64
      Groups:\t4 24 4294967294\s
      NStgid:\t812\t9
      NSpid:\t813\t10
      Kthread:\t0
      VmPeak:\t    2304 kB
      Threads:\t3
      SigQ:\t1/31177
      SigPnd:\t0000000000000200
      ShdPnd:\t8000000000000000
      SigBlk:\t0000000000004004
      SigIgn:\t0000000000001000
      SigCgt:\tfffffffe7ffbfeff
      CapInh:\t0000000000000001
      CapPrm:\t000001ffffffffff
      CapEff:\t000001fffeffffff
      CapBnd:\t0000000000000003
      CapAmb:\t0000000000000004
      NoNewPrivs:\t1
      Seccomp:\t2
      Seccomp_filters:\t1
      """;

  @Test
  void everyFieldIsRead() {
    Status status = Status.parse(TEXT.getBytes(ISO_8859_1));
    assertArrayEquals("a: b\\n".getBytes(ISO_8859_1), status.name());
    assertEquals(OptionalInt.of(027), status.umask());
    assertEquals('T', status.state());
    assertEquals(812, status.tgid());
    assertEquals(813, status.pid());
    assertEquals(1, status.parent());
    assertEquals(77, status.tracer());
    assertArrayEquals(new int[] {1000, 1001, 1002, 1003}, status.uids());
    assertArrayEquals(new int[] {-2, 5, 6, 7}, status.gids());
    assertEquals(List.of(4, 24, -2), status.groups());
    assertEquals(List.of(813, 10), status.namespacePids());
    assertEquals(3, status.threads());
    assertEquals(1 << 9, status.pending());
    assertEquals(1L << 63, status.sharedPending());
    assertEquals(0x4004, status.blocked());
    assertEquals(0x1000, status.ignored());
    assertEquals(0xfffffffe7ffbfeffL, status.caught());
    assertEquals(1, status.capInheritable());
    assertEquals(0x1ffffffffffL, status.capPermitted());
    assertEquals(0x1fffeffffffL, status.capEffective());
    assertEquals(3, status.capBounding());
    assertEquals(4, status.capAmbient());
    assertTrue(status.noNewPrivs());
    assertEquals(2, status.seccompMode());
  }

  @Test
  void aZombieHasFewerFields() {
    Status status = Status.parse("Name:\tx\nState:\tZ (zombie)\nPid:\t5\n".getBytes(ISO_8859_1));
    assertEquals('Z', status.state());
    assertEquals(OptionalInt.empty(), status.umask());
    assertEquals(List.of(), status.groups());
    assertFalse(status.noNewPrivs());
  }

  @Test
  void ownStatusAgreesWithStat() throws Exception {
    Status status = Status.read(SELF);
    Stat stat = Stat.read(SELF);
    assertEquals(SELF, status.tgid());
    assertEquals(stat.parent(), status.parent());
    assertArrayEquals(stat.comm(), status.name());
    assertEquals(SELF, status.namespacePids().getFirst());
    assertTrue(status.threads() > 1);
    assertEquals(SELF, Status.readThread(SELF, SELF).pid());
  }

  @Test
  void whatEndsIsNoKernelThread() {
    String text = "2 (kthreadd) %c 0 0 0 0 -1 %d 0 0 0 0 0 0 0 0 20 0 1 0 32\n";
    Stat kernel = Stat.parse(text.formatted('S', 0x20_8040).getBytes(ISO_8859_1));
    assertTrue(kernel.isKernelThread());
    assertFalse(kernel.hasEnded());
    Stat ending = Stat.parse(text.formatted('R', 0x40_0044).getBytes(ISO_8859_1));
    assertFalse(ending.isKernelThread());
    assertTrue(ending.hasEnded());
    assertTrue(Stat.parse(text.formatted('Z', 0).getBytes(ISO_8859_1)).hasEnded());
  }

  @Test
  void aNameMayHoldBlanksAndParentheses() {
    String text =
        "4127 (a) (b c) S 4126 4100 4099 34816 4200 4194304 111 0 0 0 3 1 0 0 20 -5 1 0 987654"
            + " 2703360 1 18446744073709551615 1000 2000 140736 0 0 0 65536 4096 81922 1 0 0 17 2"
            + " 11 1 0 0 0 3000 4000 5000 6000 7000 8000 9000 10752\n";
    Stat stat = Stat.parse(text.getBytes(ISO_8859_1));
    assertEquals("a) (b c", new String(stat.comm(), ISO_8859_1));
    assertEquals('S', stat.state());
    assertEquals(List.of(4126, 4100, 4099), List.of(stat.parent(), stat.group(), stat.session()));
    assertEquals(34816, stat.ttyNumber());
    assertEquals(4200, stat.ttyGroup());
    assertEquals(-5, stat.nice());
    assertEquals(987654, stat.startTicks());
    assertEquals(
        List.of(1000L, 2000L, 140736L),
        List.of(stat.startCode(), stat.endCode(), stat.startStack()));
    assertEquals(17, stat.exitSignal());
    assertEquals(11, stat.rtPriority());
    assertEquals(1, stat.policy());
    assertEquals(
        List.of(3000L, 4000L, 5000L, 6000L, 7000L, 8000L, 9000L),
        List.of(
            stat.startData(),
            stat.endData(),
            stat.startBrk(),
            stat.argStart(),
            stat.argEnd(),
            stat.envStart(),
            stat.envEnd()));
    assertEquals(42 << 8, stat.exitCode());
  }

  @Test
  void ownStackIsWhereMapsSaysItIs() throws Exception {
    Stat stat = Stat.read(SELF);
    Mapping stack =
        Maps.read(SELF).stream().filter(m -> m.isNamed("[stack]")).findFirst().orElseThrow();
    assertTrue(stat.startStack() >= stack.start() && stat.startStack() < stack.end());
    assertEquals(SELF, stat.pid());
    assertTrue(stat.argStart() < stat.argEnd() && stat.argEnd() <= stat.envStart());
    assertEquals(SELF, Stat.readThread(SELF, SELF).pid());
  }
}
