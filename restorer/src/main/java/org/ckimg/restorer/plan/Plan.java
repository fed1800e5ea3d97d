package org.ckimg.restorer.plan;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The operations that bring a program back, in order.
 *
 * @param tasks to be executed all or none
 */
public record Plan(List<Task> tasks) {
  /** Copies the list. */
  public Plan {
    tasks = List.copyOf(tasks);
  }

  /**
   * A step and where it is made.
   *
   * @param pid of the process in the image
   */
  public record Task(int pid, Step step) {}

  /** The steps alone. */
  public List<Step> steps() {
    return tasks.stream().map(Task::step).toList();
  }

  /** A line for each step, with the process where there are several. */
  @Override
  public String toString() {
    boolean tree = tasks.stream().map(Task::pid).distinct().count() > 1;
    return IntStream.range(0, tasks.size())
        .mapToObj(i -> {
          Task task = tasks.get(i);
          String where = tree ? "process %d: ".formatted(task.pid()) : "";
          return "%3d  %s%s".formatted(i + 1, where, task.step().describe());
        })
        .collect(Collectors.joining("\n"));
  }
}
