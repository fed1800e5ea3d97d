package org.ckimg.restorer.plan;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The operations that bring a program back, in order.
 *
 * @param steps to be executed all or none
 */
public record Plan(List<Step> steps) {
  /** Copies the list. */
  public Plan {
    steps = List.copyOf(steps);
  }

  /** A line for each step. */
  @Override
  public String toString() {
    return IntStream.range(0, steps.size())
        .mapToObj(i -> "%3d  %s".formatted(i + 1, steps.get(i).describe()))
        .collect(Collectors.joining("\n"));
  }
}
