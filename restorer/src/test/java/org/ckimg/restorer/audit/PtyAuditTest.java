package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.ckimg.reader.ImageReader;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessIds;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Terminal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What waits in a pseudo terminal: AU-PTY-03, AU-PTY-06, AU-PTY-07. */
class PtyAuditTest {
  private static final Path IMAGE = Path.of("../spec/vectors/valid/sockets.ckimg");
  private static final String NAME = "/dev/pts/4";
  private static final int MANY = 200_000;
  private static final int TTY_NUMBER = 136 << 8 | 4;

  /** The object with 11 bytes. */
  private static final int TYPED = 4;

  /** What a rule finds when the terminal of the image has this. */
  private static Map<String, String> found(
      String rule, Optional<Terminal.Input> input, Optional<Terminal.Slave> slave)
      throws IOException {
    return found(rule, input, slave, open -> open);
  }

  private static Map<String, String> found(
      String rule,
      Optional<Terminal.Input> input,
      Optional<Terminal.Slave> slave,
      UnaryOperator<OpenFile> change)
      throws IOException {
    return found(rule, input, slave, change, process -> process);
  }

  private static Map<String, String> found(
      String rule,
      Optional<Terminal.Input> input,
      Optional<Terminal.Slave> slave,
      UnaryOperator<OpenFile> change,
      UnaryOperator<ProcessState> processes)
      throws IOException {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      Checkpoint image = reader.checkpoint();
      Terminal known = image.terminals().getFirst();
      Terminal changed =
          new Terminal(known.file(), known.modes(), known.rows(), known.columns(), input, slave);
      Checkpoint checkpoint =
          new Checkpoint(
              image.host(),
              image.parent(),
              image.partial(),
              image.processes().stream().map(processes).toList(),
              image.descriptions().stream().map(change).toList(),
              image.files(),
              List.of(changed),
              image.pipes(),
              image.objects(),
              image.origin(),
              image.extras(),
              image.memory());
      return TestHost.found(TestHost.audit(checkpoint, -1, TestHost.IPC), rule);
    }
  }

  private static Optional<Terminal.Input> lines(List<Integer> lines) {
    return Optional.of(new Terminal.Input(OptionalInt.empty(), lines));
  }

  private static Optional<Terminal.Slave> hungUp() {
    return Optional.of(new Terminal.Slave(false, true, false, OptionalInt.empty()));
  }

  @Test
  void linesAreAsLongAsTheKernelHasThem() throws IOException {
    assertEquals(Map.of(), found("AU-PTY-03", lines(List.of(4096, 0)), hungUp()));
    String text = "has 0 bytes typed in %d lines and 0 written, more than a terminal holds";
    assertEquals(
        Map.of(NAME, text.formatted(1)), found("AU-PTY-03", lines(List.of(4097)), hungUp()));
    assertEquals(
        Map.of(NAME, text.formatted(4097)),
        found("AU-PTY-03", lines(Collections.nCopies(4097, 0)), hungUp()));
  }

  @Test
  void whatIsNotKnownIsSaid() throws IOException {
    String text = "what waited in it is not known, and is lost if there was anything";
    assertEquals(Map.of(NAME, text), found("AU-PTY-06", lines(List.of()), Optional.empty()));
    assertEquals(Map.of(NAME, text), found("AU-PTY-06", Optional.empty(), hungUp()));
    assertEquals(Map.of(), found("AU-PTY-06", lines(List.of()), hungUp()));
  }

  /** The slave of somebody else instead of the master. */
  private static OpenFile slave(OpenFile open) {
    return open.type() == FdType.TTY
        ? new OpenFile(
            open.id(),
            FdType.TTY,
            OptionalInt.of(8),
            open.flags(),
            open.position(),
            open.owner(),
            open.signal(),
            Optional.empty(),
            true)
        : open;
  }

  @Test
  void whatSomebodyWasTypingElsewhereIsMissed() throws IOException {
    String text = "a line that was being typed into it, and had no end yet, is not there";
    UnaryOperator<OpenFile> others = PtyAuditTest::slave;
    assertEquals(
        Map.of(NAME, text), found("AU-PTY-07", Optional.empty(), Optional.empty(), others));
    assertEquals(Map.of(), found("AU-PTY-07", lines(List.of()), Optional.empty(), others));
    assertEquals(Map.of(), found("AU-PTY-07", Optional.empty(), hungUp()));
    Optional<Terminal.Input> typed =
        Optional.of(new Terminal.Input(OptionalInt.of(TYPED), List.of()));
    assertEquals(
        Map.of(NAME, "what was typed into it, 11 bytes, is not there"),
        found("AU-PTY-07", typed, Optional.empty(), others));
  }

  /** A leader of a session, whose terminal somebody else stands behind. */
  private static ProcessState leader(ProcessState process) {
    int pid = process.pid();
    ProcessIds ids =
        new ProcessIds(pid, process.ids().parent(), OptionalInt.of(pid), OptionalInt.of(pid));
    return OnTerminal.of(process, ids, TTY_NUMBER, pid, process.fds());
  }

  @Test
  void whatWasTypedIntoItsOwnTerminalComesBack() throws IOException {
    UnaryOperator<OpenFile> others = PtyAuditTest::slave;
    UnaryOperator<ProcessState> leader = PtyAuditTest::leader;
    Optional<Terminal.Input> typed =
        Optional.of(new Terminal.Input(OptionalInt.of(TYPED), List.of(4)));
    assertEquals(Map.of(), found("AU-PTY-07", typed, Optional.empty(), others, leader));
    assertEquals(Map.of(), found("AU-PTY-03", typed, Optional.empty(), others, leader));
    assertEquals(
        Map.of(NAME, "has 0 bytes typed in 1 lines and 0 written, more than a terminal holds"),
        found("AU-PTY-03", lines(List.of(4097)), Optional.empty(), others, leader));
    String text = "a line that was being typed into it, and had no end yet, is not there";
    assertEquals(
        Map.of(NAME, text), found("AU-PTY-07", Optional.empty(), Optional.empty(), others, leader));
  }

  /**
   * As many sessions as there are, each with a terminal of its own and a job in the background; to
   * look for each among all would take minutes.
   */
  @Test
  @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void veryManySessions() throws IOException {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      Checkpoint image = reader.checkpoint();
      ProcessState like = image.processes().getFirst();
      List<ProcessState> processes = new ArrayList<>();
      List<OpenFile> descriptions = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        OptionalInt leader = OptionalInt.of(2 * i + 1);
        FdState.Master master = new FdState.Master(i, false, false);
        descriptions.add(master(i + 1, master));
        for (int pid : List.of(2 * i + 1, 2 * i + 2)) {
          int parent = pid == 1 ? 0 : 1;
          OptionalInt group = OptionalInt.of(pid);
          ProcessIds ids = new ProcessIds(pid, OptionalInt.of(parent), group, leader);
          processes.add(OnTerminal.of(like, ids, master.ttyNumber(), 2 * i + 1, List.of()));
        }
      }
      processes.set(1, OnTerminal.of(like, processes.get(1).ids(), 0, 0, List.of()));
      Checkpoint checkpoint =
          new Checkpoint(
              image.host(),
              image.parent(),
              image.partial(),
              processes,
              descriptions,
              image.files(),
              List.of(),
              List.of(),
              List.of(),
              image.origin(),
              List.of(),
              image.memory());
      Findings findings = new Findings(1);
      new PtyAudit(checkpoint, findings).run();
      assertEquals(
          List.of("process 2: /dev/pts/0 is its terminal, and is another one or none"),
          findings.report().findings().stream()
              .map(found -> found.subject() + ": " + found.text())
              .toList());
    }
  }

  private static OpenFile master(int id, FdState.Master master) {
    return new OpenFile(
        id,
        FdType.TTY,
        OptionalInt.empty(),
        2,
        OptionalLong.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.of(master),
        true);
  }
}
