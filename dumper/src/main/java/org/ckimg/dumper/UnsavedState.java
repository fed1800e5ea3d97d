package org.ckimg.dumper;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongPredicate;
import org.ckimg.linux.remote.RemoteCalls;
import org.ckimg.linux.sys.Sys;

/**
 * What a process may have that an image has no place for, and who restores it should know of. One
 * of its threads is asked, membarrier(2), prctl(2), get_mempolicy(2); a kernel that does not know a
 * question has no such thing.
 */
final class UnsavedState {
  private static final int MEMBARRIER_CMD_GET_REGISTRATIONS = 1 << 9;
  private static final int PR_GET_TSC = 25;
  private static final int PR_TSC_SIGSEGV = 2;
  private static final int PR_MCE_KILL_GET = 34;
  private static final int PR_MCE_KILL_DEFAULT = 2;
  private static final int PR_GET_SPECULATION_CTRL = 52;

  /** PR_SPEC_DISABLE, PR_SPEC_FORCE_DISABLE, PR_SPEC_DISABLE_NOEXEC. */
  private static final int PR_SPEC_DISABLED = 4 | 8 | 16;

  private static final int PR_SPEC_PRCTL = 1;
  private static final List<String> SPECULATIONS =
      List.of("store bypass", "indirect branches", "L1D flush");
  private static final int PR_GET_IO_FLUSHER = 58;
  private static final int PR_SCHED_CORE = 62;
  private static final int PR_GET_MDWE = 66;
  private static final int PR_GET_MEMORY_MERGE = 68;

  private final RemoteCalls calls;
  private final List<Question> questions = new ArrayList<>();

  /**
   * A call of which the result, or what it writes, tells whether there is something.
   *
   * @param what is not saved
   */
  private record Question(String what, int call, boolean writes, LongPredicate isSet) {}

  /** Asks; the calls are made with {@code calls}. */
  UnsavedState(RemoteCalls calls) {
    this.calls = calls;
    ask(
        "what it has registered for membarrier(2)",
        result -> result > 0,
        calls.add(Sys.MEMBARRIER, MEMBARRIER_CMD_GET_REGISTRATIONS, 0, 0));
    prctl("that its memory may not become code (PR_SET_MDWE)", result -> result > 0, PR_GET_MDWE);
    prctl(
        "that it is told early or late of broken memory (PR_MCE_KILL)",
        result -> result >= 0 && result != PR_MCE_KILL_DEFAULT,
        PR_MCE_KILL_GET);
    prctl(
        "that it writes for file systems (PR_SET_IO_FLUSHER)",
        result -> result > 0,
        PR_GET_IO_FLUSHER);
    prctl(
        "that all its memory may be merged (PR_SET_MEMORY_MERGE)",
        result -> result > 0,
        PR_GET_MEMORY_MERGE);
    for (int which = 0; which < SPECULATIONS.size(); which++) {
      String what = "its mitigation of speculation, %s (PR_SET_SPECULATION_CTRL)";
      prctl(
          what.formatted(SPECULATIONS.get(which)),
          UnsavedState::isMitigated,
          PR_GET_SPECULATION_CTRL,
          which);
    }
    write(
        "that it may not read the time stamp counter (PR_SET_TSC)",
        value -> value == PR_TSC_SIGSEGV,
        Sys.PRCTL,
        PR_GET_TSC,
        RemoteCalls.OUT);
    write(
        "with whom it may share a core (PR_SCHED_CORE)",
        value -> value != 0,
        Sys.PRCTL,
        PR_SCHED_CORE,
        0,
        0,
        0,
        RemoteCalls.OUT);
    write(
        "its memory policy (set_mempolicy(2))",
        value -> value != 0,
        Sys.GET_MEMPOLICY,
        RemoteCalls.OUT,
        0,
        0,
        0,
        0);
  }

  private static boolean isMitigated(long state) {
    return state > 0 && (state & PR_SPEC_PRCTL) != 0 && (state & PR_SPEC_DISABLED) != 0;
  }

  private void ask(String what, LongPredicate isSet, int call) {
    questions.add(new Question(what, call, false, isSet));
  }

  private void prctl(String what, LongPredicate isSet, int option, long... arguments) {
    long which = arguments.length > 0 ? arguments[0] : 0;
    ask(what, isSet, calls.add(Sys.PRCTL, option, which, 0, 0, 0));
  }

  private void write(String what, LongPredicate isSet, int number, long... arguments) {
    questions.add(new Question(what, calls.addOut(8, number, arguments), true, isSet));
  }

  /** What there is of it, in words; the calls were made. */
  List<String> notes(int pid) {
    return questions.stream()
        .filter(this::isSet)
        .map(question -> "process %d: %s is not saved".formatted(pid, question.what))
        .toList();
  }

  private boolean isSet(Question question) {
    long result = calls.result(question.call);
    if (!question.writes) {
      return question.isSet.test(result);
    }
    return result == 0 && question.isSet.test(LittleEndian.word(calls.out(question.call), 0));
  }
}
