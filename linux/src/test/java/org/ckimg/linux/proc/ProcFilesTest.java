package org.ckimg.linux.proc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.OptionalLong;
import org.ckimg.linux.sys.NativeBytes;
import org.ckimg.linux.sys.Sys;
import org.ckimg.linux.sys.Syscalls;
import org.junit.jupiter.api.Test;

class ProcFilesTest {
  private static final int SELF = (int) ProcessHandle.current().pid();
  private static final int RLIMIT_STACK = 3;
  private static final int RLIMIT_NOFILE = 7;
  private static final int SIGEV_NONE = 1;
  private static final int CLOCK_BOOTTIME = 7;

  @Test
  void limitsByTheirNumbers() {
    String text =
        """
        Limit                     Soft Limit           Hard Limit           Units    \s
        Max cpu time              unlimited            unlimited            seconds  \s
        Max stack size            8388608              unlimited            bytes    \s
        Max open files            1024                 18446744073709551614 files    \s
        Max realtime timeout      7                    8                    us       \s
        """;
    assertEquals(
        List.of(
            new ResourceLimit(0, -1, -1),
            new ResourceLimit(RLIMIT_STACK, 8388608, -1),
            new ResourceLimit(RLIMIT_NOFILE, 1024, -2),
            new ResourceLimit(15, 7, 8)),
        Limits.parse(text.getBytes(ISO_8859_1)));
  }

  @Test
  void ownLimitsAgreeWithTheSystemCall() throws Exception {
    List<ResourceLimit> limits = Limits.read(SELF);
    assertEquals(16, limits.size());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment pair = arena.allocate(16, 8);
      for (ResourceLimit limit : limits) {
        assertEquals(0, Syscalls.call(Sys.GETRLIMIT, limit.resource(), pair.address()));
        assertEquals(pair.get(NativeBytes.LONG, 0), limit.soft());
        assertEquals(pair.get(NativeBytes.LONG, 8), limit.hard());
      }
    }
  }

  @Test
  void timersOfEveryKind() {
    String text =
        """
        ID: 7
        signal: 60/00007fff86e452a8
        notify: signal/pid.2634
        ClockID: 0
        ID: 1
        signal: 34/0000000000000001
        notify: signal/tid.2635
        ClockID: -6
        ID: 0
        signal: 14/ffffffffffffffff
        notify: none/pid.2634
        ClockID: 1
        """;
    assertEquals(
        List.of(
            new PosixTimer(0, 14, -1, 1, 2634, false, 1),
            new PosixTimer(1, 34, 1, 4, 2635, true, -6),
            new PosixTimer(7, 60, 0x7fff86e452a8L, 0, 2634, false, 0)),
        PosixTimers.parse(text.getBytes(ISO_8859_1)));
  }

  @Test
  void anOwnTimerIsListed() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment event = arena.allocate(64, 8);
      event.set(NativeBytes.LONG, 0, 0x1234567890L);
      event.set(NativeBytes.INT, 8, 12);
      event.set(NativeBytes.INT, 12, SIGEV_NONE);
      MemorySegment id = arena.allocate(8, 8);
      Syscalls.check(
          "timer_create",
          Syscalls.call(Sys.TIMER_CREATE, CLOCK_BOOTTIME, event.address(), id.address()),
          "test");
      int timer = id.get(NativeBytes.INT, 0);
      try {
        PosixTimer found =
            PosixTimers.read(SELF).stream().filter(t -> t.id() == timer).findFirst().orElseThrow();
        assertEquals(
            new PosixTimer(
                timer, 12, 0x1234567890L, SIGEV_NONE, found.target(), false, CLOCK_BOOTTIME),
            found);
      } finally {
        Syscalls.call(Sys.TIMER_DELETE, timer);
      }
    }
  }

  @Test
  void threadsAndChildren() throws Exception {
    List<Integer> threads = Tasks.threads(SELF);
    assertEquals(SELF, threads.getFirst());
    assertTrue(threads.size() > 1);
    Process child = new ProcessBuilder("sleep", "30").start();
    try {
      assertTrue(Tasks.children(SELF).contains((int) child.pid()));
    } finally {
      child.destroyForcibly().waitFor();
    }
    assertEquals(List.of(12, 7, -2), Tasks.numbers("12 7 4294967294 ".getBytes(ISO_8859_1)));
  }

  @Test
  void filesLinksAndNumbers() throws Exception {
    String exe = new String(ProcFile.link(SELF, "exe"), ISO_8859_1);
    assertTrue(exe.endsWith("/java"), exe);
    assertTrue(new String(ProcFile.bytes(SELF, "cmdline"), ISO_8859_1).contains("java\0"));
    assertTrue(ProcFile.text(SELF, "stat").startsWith(SELF + " ("));
    assertTrue(ProcFile.number(SELF, "oom_score_adj", 10).isPresent());
    assertEquals(OptionalLong.empty(), ProcFile.number(SELF, "no_such_file", 10));
  }

  @Test
  void cpuFeaturesAreSorted() throws Exception {
    List<String> features = CpuFeatures.read();
    assertEquals(features.stream().sorted().toList(), features);
    assertTrue(features.containsAll(List.of("fpu", "sse2")));
  }

  @Test
  void theVdsoHasTheClock() throws Exception {
    VdsoImage vdso = VdsoImage.read(SELF);
    String lines = new String(vdso.symbolLines(), ISO_8859_1);
    assertTrue(lines.contains(" __vdso_clock_gettime\n"), lines);
    assertEquals(32, vdso.digest().length);
  }
}
