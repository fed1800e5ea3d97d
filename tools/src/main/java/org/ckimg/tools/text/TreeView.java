package org.ckimg.tools.text;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.input.Subject;

/** Processes below their parents. */
final class TreeView implements View.Printer {
  /** A process that waits to be printed below its parent; depth without recursion. */
  private record Branch(ProcessState process, String indent, String knot) {}

  @Override
  public void print(Subject subject, List<ProcessState> processes, Paper paper) {
    Set<Integer> pids = processes.stream().map(ProcessState::pid).collect(Collectors.toSet());
    Map<Integer, List<ProcessState>> children =
        processes.stream().collect(Collectors.groupingBy(p -> p.ids().parent().orElse(0)));
    Set<Integer> printed = new HashSet<>();
    for (ProcessState process : processes) {
      if (!pids.contains(process.ids().parent().orElse(0))) {
        print(process, children, printed, paper);
      }
    }
    // What is left are rings of parents: no kernel makes them, a forged image may.
    processes.forEach(process -> print(process, children, printed, paper));
  }

  private static void print(
      ProcessState top,
      Map<Integer, List<ProcessState>> children,
      Set<Integer> printed,
      Paper paper) {
    Deque<Branch> open = new ArrayDeque<>(List.of(new Branch(top, "", "")));
    while (!open.isEmpty()) {
      Branch branch = open.removeFirst();
      if (printed.add(branch.process.pid())) {
        paper.line("  " + branch.indent + branch.knot + describe(branch.process));
        push(open, branch, children.getOrDefault(branch.process.pid(), List.of()));
      }
    }
  }

  private static void push(Deque<Branch> open, Branch above, List<ProcessState> children) {
    String indent =
        above.indent
            + switch (above.knot) {
              case "" -> "";
              case "├─ " -> "│  ";
              default -> "   ";
            };
    for (int i = children.size() - 1; i >= 0; i--) {
      open.addFirst(new Branch(children.get(i), indent, i == children.size() - 1 ? "└─ " : "├─ "));
    }
  }

  private static String describe(ProcessState process) {
    return "%d %s (%s%s)"
        .formatted(
            process.pid(),
            Cells.command(process),
            process.state().name().toLowerCase(Locale.ROOT),
            process.threads().size() > 1
                ? ", " + Human.count(process.threads().size(), "thread")
                : "");
  }
}
