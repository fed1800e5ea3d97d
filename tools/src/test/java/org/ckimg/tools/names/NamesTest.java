package org.ckimg.tools.names;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.model.Host;
import org.junit.jupiter.api.Test;

class NamesTest {
  private static Host host(int machine, int system) {
    return new Host(
        false,
        machine,
        system,
        12,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  private static final Host LINUX = host(62, 1);

  @Test
  void signalsOfLinux() {
    SignalNames names = SignalNames.of(LINUX);
    assertEquals("SIGHUP", names.name(1));
    assertEquals("SIGUSR1", names.name(10));
    assertEquals("SIGCHLD", names.name(17));
    assertEquals("SIGSYS", names.name(31));
    assertEquals("SIG33", names.name(33));
    assertEquals("SIGRTMIN", names.name(34));
    assertEquals("SIGRTMIN+1", names.name(35));
    assertEquals("SIGRTMAX", names.name(64));
    assertEquals("SIG65", names.name(65));
    assertEquals(List.of("SIGHUP", "SIGTERM", "SIGRTMAX"), names.mask(1L << 63 | 1 << 14 | 1));
  }

  @Test
  void signalsOfDragonFly() {
    SignalNames names = SignalNames.of(host(62, 2));
    assertEquals("SIGUSR1", names.name(30));
    assertEquals("SIGCHLD", names.name(20));
    assertEquals("SIGCKPTEXIT", names.name(34));
    assertEquals("SIG35", names.name(35));
    assertEquals("SIG34", SignalNames.of(host(62, 3)).name(34));
  }

  @Test
  void openFlagsDependOnTheMachine() {
    assertEquals(List.of("O_RDONLY"), OpenFlags.of(LINUX, 0));
    assertEquals(List.of("O_RDWR", "O_APPEND", "O_LARGEFILE"), OpenFlags.of(LINUX, 0102002));
    assertEquals(List.of("O_RDWR", "O_APPEND", "O_NOFOLLOW"), OpenFlags.of(host(183, 1), 0102002));
    assertEquals(List.of("O_WRONLY", "O_SYNC"), OpenFlags.of(LINUX, 04010001));
    assertEquals(List.of("O_WRONLY", "O_DSYNC"), OpenFlags.of(LINUX, 010001));
    assertEquals(List.of("O_RDWR", "O_TMPFILE"), OpenFlags.of(LINUX, 020200002));
    assertEquals(List.of("O_WRONLY", "O_APPEND"), OpenFlags.of(host(62, 2), 9));
    assertEquals(List.of("O_RDONLY", "0x80000000"), OpenFlags.of(LINUX, 0x80000000));
  }

  @Test
  void signalFlags() {
    assertEquals(List.of("SA_SIGINFO", "SA_RESETHAND"), SignalFlags.action(LINUX, 0x80000004L));
    assertEquals(List.of("SA_RESETHAND"), SignalFlags.action(host(62, 2), 4));
    assertEquals(List.of("SS_DISABLE"), SignalFlags.stack(2));
    assertEquals(List.of("SS_AUTODISARM"), SignalFlags.stack(1 << 31));
    assertEquals("SI_TKILL", SignalFlags.code(-6));
    assertEquals("SIGEV_THREAD_ID", SignalFlags.notify(4));
  }

  @Test
  void capabilities() {
    assertEquals("none", CapabilityNames.of(0));
    assertEquals("all", CapabilityNames.of(0x1ffffffffffL));
    assertEquals("chown,sys_admin,checkpoint_restore", CapabilityNames.of(1 | 1 << 21 | 1L << 40));
    assertEquals("63", CapabilityNames.of(1L << 63));
  }

  @Test
  void resources() {
    assertEquals("RLIMIT_CPU", ResourceNames.name(0));
    assertEquals("RLIMIT_NOFILE", ResourceNames.name(7));
    assertEquals("RLIMIT_RTTIME", ResourceNames.name(15));
    assertEquals("microseconds", ResourceNames.unit(15));
    assertEquals("RLIMIT_16", ResourceNames.name(16));
  }

  @Test
  void hosts() {
    assertEquals("x86_64", HostNames.machine(62));
    assertEquals("machine-999", HostNames.machine(999));
    assertEquals("CLOCK_MONOTONIC", HostNames.clock(1));
    assertEquals("CLOCK_TAI", HostNames.clock(11));
    assertEquals("clock -6", HostNames.clock(-6));
    assertEquals("SCHED_DEADLINE", HostNames.policy(6));
    assertEquals("AT_ENTRY", AuxNames.name(9));
    assertEquals("AT_77", AuxNames.name(77));
  }
}
