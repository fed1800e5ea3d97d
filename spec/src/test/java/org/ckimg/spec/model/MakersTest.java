package org.ckimg.spec.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MakersTest {
  private static final int SESSION = 10;
  private static final int SIGCHLD = 17;

  private final List<ProcessState> processes = new ArrayList<>();

  private MakersTest with(int pid, int parent, int files, int fs) {
    return with(pid, parent, SESSION, SIGCHLD, files, fs);
  }

  private MakersTest with(int pid, int parent, int session, int signal, int files, int fs) {
    processes.add(
        new ProcessState(
            new ProcessIds(
                pid, OptionalInt.of(parent), OptionalInt.of(session), OptionalInt.of(session)),
            RunState.RUNNING,
            OptionalInt.empty(),
            OptionalLong.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            new SharedWith(some(files), some(fs)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            ProcessAttributes.UNKNOWN.withExitSignal(OptionalInt.of(signal)),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of()));
    return this;
  }

  private static OptionalInt some(int pid) {
    return pid == 0 ? OptionalInt.empty() : OptionalInt.of(pid);
  }

  private void assertMaker(int pid, int maker) {
    ProcessState process = processes.stream().filter(p -> p.pid() == pid).findFirst().orElseThrow();
    assertEquals(maker, Makers.of(processes).maker(process).pid());
  }

  private void assertImpossible(int... pids) {
    assertEquals(
        Arrays.stream(pids).boxed().toList(),
        Makers.of(processes).impossible().stream().map(ProcessState::pid).toList());
  }

  @Test
  void parentsMakeTheirChildren() {
    with(10, 1, 0, 0).with(11, 10, 10, 0).with(12, 11, 10, 0).with(13, 10, 0, 10);
    assertImpossible();
    assertMaker(11, 10);
    assertMaker(12, 11);
    assertMaker(13, 10);
    assertTrue(Makers.shareFiles(processes.get(1), processes.get(2)));
  }

  @Test
  void aSiblingMakesWhoHasItsTable() {
    with(10, 1, 0, 0).with(11, 10, 0, 0).with(12, 10, 11, 11).with(13, 10, 11, 0);
    assertImpossible();
    assertMaker(11, 10);
    assertMaker(12, 11);
    assertMaker(13, 11);
  }

  @Test
  void theOneWithTheRecordsNeedNotComeFirst() {
    with(5, 10, 0, 0).with(10, 1, 5, 5).with(11, 10, 5, 0);
    assertImpossible();
    assertMaker(5, 10);
    assertMaker(11, 10);
  }

  @Test
  void aMakerHasAllThatIsShared() {
    with(10, 1, 0, 0).with(11, 10, 0, 0).with(12, 10, 11, 10);
    assertImpossible(12);
    processes.clear();
    with(10, 1, 0, 0).with(11, 10, 0, 10).with(12, 10, 11, 10);
    assertImpossible();
    assertMaker(12, 11);
  }

  @Test
  void siblingsOfAnotherSessionOrSignalMakeNobody() {
    with(10, 1, 0, 0).with(11, 10, 0, 0).with(12, 10, 12, SIGCHLD, 11, 0);
    assertImpossible(12);
    processes.clear();
    with(10, 1, 0, 0).with(11, 10, 0, 0).with(12, 10, SESSION, 0, 11, 0);
    assertImpossible(12);
  }

  @Test
  void nobodyIsMadeByAnUncle() {
    with(10, 1, 0, 0).with(11, 10, 0, 0).with(12, 10, 0, 0).with(13, 12, 11, 0);
    assertImpossible(13);
  }

  /** Looked for among all that share, each of these would be compared with all before it. */
  @Test
  void veryManyAreFoundAtOnce() {
    int first = 1000;
    with(first, 1, 0, 0);
    for (int pid = first + 1; pid < first + 200_000; pid += 2) {
      with(pid, first, 0, 0).with(pid + 1, pid, first, 0);
    }
    List<ProcessState> impossible =
        assertTimeoutPreemptively(Duration.ofSeconds(120), () -> Makers.of(processes).impossible());
    assertEquals(100_000, impossible.size());
  }
}
