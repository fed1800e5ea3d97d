package org.ckimg.e2e;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be captured is refused by name, before a byte is written, and does no harm. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(120)
@Tag("quick")
class RefusalTest {
  private static final List<String> NEED_ROOT =
      List.of("packet", "raw", "deadline", "instance", "unopened", "twin");

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "pipe, fd 50: pipe .*which process .*holder.* has too",
    "fifo, fd 50: FIFO .*which process .*holder.* has too",
    "unix, 'fd 50: unix socket connected with socket:.*, which no process of the tree has'",
    "unixshared, fd 50: unix socket.*which process .*holder.* has too",
    "passed, fd 50: unix socket with descriptors in its queue",
    "urgent, fd 50: unix socket with an urgent byte",
    "filtered, fd 50: unix socket with a packet filter",
    "waiting, fd 50: unix socket that has sent something and is not yet accepted",
    "raw, 'fd 50: internet socket of family 2, type 3, protocol 1'",
    "connecting, fd 50: internet socket that is being connected",
    "unaccepted, fd 50: internet socket with 1 connections that it has not accepted",
    "netlink, fd 50: .*netlink",
    "packet, fd 50: .*packet",
    "elsewhere, fd 50: .*eventfd shared",
    "notify, 'fd 50: inotify watch 1 of inode .*, to which no path was found'",
    "notifyshared, fd 50: inotify shared with another process",
    "pidfd, 'fd 50: pidfd of process .*, which is not in the tree'",
    "memfd, fd 50: memory file .*which process .*holder.* has too",
    "memory, mapping 0x.*: shared memory /dev/zero .*which process .* maps too",
    "guard, mapping 0x.*: guard pages .*over shared memory",
    "aio, mapping 0x.*: ring of io_setup",
    "secret, mapping 0x.*: secret memory",
    "userfaultfd, fd 50: .*userfaultfd",
    "io_uring, fd 50: .*io_uring",
    "mqueue, fd 50: .*queue",
    "proc, fd 50: file of /proc /proc/.*mem",
    "procparent, fd 50: file of /proc /proc/.*status",
    "multicast, fd 50: internet socket with the multicast group 239.193.193.193",
    "multicast6, 'fd 50: internet socket with the multicast group ff15:0:0:0:0:0:0:c1c1'",
    "lease, fd 50: file lease",
    "watcher, 'fd 50: epoll that watches what was fd .*, which no process of the tree has'",
    "master, 'fd 50: master of a pseudo terminal, which process .*holder.* has too'",
    "slave, 'fd 50 of process .*: pseudo terminal /dev/pts/.*, which process .*holder.* has too'",
    "discipline, fd 50 of process .*: line discipline .* on /dev/pts/",
    "devtty, fd 50 of process .*: /dev/tty that is not the terminal of its process",
    "instance, fd 50 of process .*: pseudo terminal that is not what /dev/pts/.* is",
    "unopened, fd 50 of process .*: pseudo terminal that is not what /dev/pts/.* is",
    "twin, 'fd 50 of process .*: master of a pseudo terminal /dev/pts/.* of another devpts, or fd .* is'",
    "ownlock, thread .*: POSIX lock with descriptors of its own",
    "twintables, thread .*: descriptors shared with thread",
    "outside, 'process .*: descriptors shared with process .*, which is outside the tree'",
    "outsidethread, 'process .*: working directory shared with process .*, which is outside the tree'",
    "nephew, 'process .*: descriptors or a working directory shared with .*cannot have made it'",
    "threadfolder, '.*: working directory shared with thread'",
    "actions, process .*: signal actions shared with process",
    "vfork, vfork",
    "deadline, SCHED_DEADLINE",
    "namespace, process .*: user namespace of its own",
    "sysv, mapping 0x.*: shared memory /SYSV.*which process .* maps too",
  })
  void namesWhatItCannotCapture(String mode, String message) throws Exception {
    if (NEED_ROOT.contains(mode)) {
      Account.assumeRoot();
    }
    Path target = Stage.folder("refused");
    try (Victim victim = Victim.program(Account.SELF, "holder", mode)) {
      for (String option : List.of("--stop", "--kill")) {
        Tool.run(Account.SELF, "dump", victim.pid(), "-o", target.resolve("v.ckimg"), option)
            .assertExit(1)
            .assertSays(message);
        assertEquals(List.of(), list(target));
      }
      assertEquals(0, victim.task().tracer(), "tracer of the victim");
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  @Shows(fate = Shows.Fate.REFUSED, what = "Children that --no-tree would leave out")
  @ParameterizedTest(name = "{0}")
  @CsvSource({"child", "zombie"})
  void leavesNoChildBehind(String mode) throws Exception {
    Path target = Stage.folder("refused");
    try (Victim victim = Victim.program(Account.SELF, "holder", mode)) {
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", target.resolve("v.ckimg"), "--no-tree")
          .assertExit(1)
          .assertSays("1 child process [0-9]+ .*left out by --no-tree");
      assertEquals(List.of(), list(target));
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  /** They have given back what they could have together. */
  @Test
  void zombiesOutsideShareNothingWithThoseOfTheTree() throws Exception {
    Path image = Stage.folder("zombies").resolve("v.ckimg");
    try (Victim outside = Victim.program(Account.SELF, "holder", "zombie");
        Victim victim = Victim.program(Account.SELF, "holder", "zombie")) {
      assertEquals(1, outside.task().children().size());
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image).assertExit(0);
    }
  }

  @Test
  void childrenThatComeMeanwhileAreNotOutside() throws Exception {
    Path folder = Stage.folder("many");
    try (Victim victim = Victim.program(Account.SELF, "holder", "many")) {
      for (int dump = 0; dump < 6; dump++) {
        Tool.run(Account.SELF, "dump", victim.pid(), "-o", folder.resolve(dump + ".ckimg"))
            .assertExit(0);
      }
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  @Test
  void aRefusedDumpLeavesAnOlderImageAlone() throws Exception {
    Path image = Stage.folder("older").resolve("v.ckimg");
    Files.writeString(image, "precious");
    try (Victim victim = Victim.program(Account.SELF, "holder", "netlink")) {
      Tool.run(Account.SELF, "dump", victim.pid(), "-o", image).assertExit(1);
      assertEquals("precious", Files.readString(image));
    }
  }

  @Shows(
      fate = Shows.Fate.REFUSED,
      what = "A program with a seccomp filter: recorded, and not restored")
  @Test
  void aFilteredProgramIsRecordedAndNotRestored() throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "holder", "seccomp")) {
      Path image = victim.dumpAndKill();
      Tool.run(Account.SELF, "restore", image).assertExit(1).assertSays("(?i)seccomp");
      assertFalse(victim.task().isThere());
    }
  }

  /** Filters are each thread's own; these kill the process for what the dump asks their thread. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"filteredthread", "strictthread"})
  void aThreadIsAskedBehindItsFilter(String mode) throws Exception {
    Account.assumeRoot();
    try (Victim victim = Victim.program(Account.SELF, "holder", mode)) {
      for (int dump = 0; dump < 3; dump++) {
        Path image = victim.dump();
        Tool.run(Account.SELF, "restore", image).assertExit(1).assertSays("(?i)seccomp");
      }
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  /** Without the right to suspend a filter nothing is asked. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"seccomp", "filteredthread", "strictthread"})
  void anOrdinaryUserSuspendsNoFilter(String mode) throws Exception {
    Path target = Stage.folder("refused");
    try (Victim victim = Victim.program(Account.NOBODY, "holder", mode)) {
      Tool.run(Account.NOBODY, "dump", victim.pid(), "-o", target.resolve("v.ckimg"))
          .assertExit(4)
          .assertSays("permission denied: ptrace of pid " + victim.pid());
      assertEquals(List.of(), list(target));
      victim.go();
      assertEquals(0, victim.awaitStatus(), victim::report);
      victim.assertPassed();
    }
  }

  @Shows(fate = Shows.Fate.REFUSED, what = "An image of dump --partial: evidence, and not restored")
  @Test
  void aPartialImageIsEvidenceOnly() throws Exception {
    try (Victim victim = Victim.program(Account.SELF, "holder", "netlink")) {
      Path image = victim.dump("--partial");
      assertTrue(Json.inspect(image).at("/image/partial").asBoolean());
      Tool.run(Account.SELF, "check", image).assertExit(0);
      victim.task().kill();
      victim.awaitStatus();
      Tool.run(Account.SELF, "restore", image).assertExit(1).assertSays("(?i)partial");
    }
  }
}
