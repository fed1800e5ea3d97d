package org.ckimg.spec.model;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Small settings of a process.
 *
 * @param personality personality(2)
 * @param dumpable PR_GET_DUMPABLE: 0, 1 or 2
 * @param oomScoreAdj /proc/PID/oom_score_adj, -1000..1000
 * @param coredumpFilter /proc/PID/coredump_filter
 * @param childSubreaper PR_GET_CHILD_SUBREAPER
 * @param hugePagesDisabled PR_GET_THP_DISABLE
 * @param ttyNumber device number of the controlling terminal, 0 for none
 * @param ttyGroup foreground process group of that terminal, -1 for none
 * @param exitSignal signal to the parent at exit
 */
public record ProcessAttributes(
    OptionalInt personality,
    OptionalInt dumpable,
    OptionalInt oomScoreAdj,
    OptionalInt coredumpFilter,
    Optional<Boolean> childSubreaper,
    Optional<Boolean> hugePagesDisabled,
    OptionalInt ttyNumber,
    OptionalInt ttyGroup,
    OptionalInt exitSignal) {
  /** Nothing is known. */
  public static final ProcessAttributes UNKNOWN =
      new ProcessAttributes(
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          Optional.empty(),
          Optional.empty(),
          OptionalInt.empty(),
          OptionalInt.empty(),
          OptionalInt.empty());

  /** The same with another signal to the parent. */
  public ProcessAttributes withExitSignal(OptionalInt signal) {
    return new ProcessAttributes(
        personality,
        dumpable,
        oomScoreAdj,
        coredumpFilter,
        childSubreaper,
        hugePagesDisabled,
        ttyNumber,
        ttyGroup,
        signal);
  }
}
