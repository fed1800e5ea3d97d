package org.ckimg.restorer.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;

/** What holds of the plan of every image that the audit allows. */
public final class PlanRules {
  private static final Set<Vma.Kind> OF_THE_KERNEL =
      Set.of(Vma.Kind.VDSO, Vma.Kind.VVAR, Vma.Kind.VSYSCALL);

  private PlanRules() {}

  /** Fails where one of them does not. */
  public static void check(Checkpoint checkpoint, Plan plan) {
    Map<Integer, List<Step>> byProcess =
        plan.tasks().stream()
            .collect(
                Collectors.groupingBy(
                    Plan.Task::pid, Collectors.mapping(Plan.Task::step, Collectors.toList())));
    assertEquals(
        checkpoint.processes().stream().map(ProcessState::pid).collect(Collectors.toSet()),
        byProcess.keySet());
    checkMakers(plan);
    assertEquals(1, count(plan.steps(), Step.HandOver.class));
    for (ProcessState process : checkpoint.processes()) {
      List<Step> steps = byProcess.get(process.pid());
      if (process.state() == RunState.ZOMBIE) {
        assertTrue(steps.getLast() instanceof Step.EndZombie, () -> "" + steps);
      } else {
        checkLiving(process, steps);
      }
    }
  }

  /** Nobody does anything before somebody who is there has made them. */
  private static void checkMakers(Plan plan) {
    Set<Integer> made = new HashSet<>();
    for (Plan.Task task : plan.tasks()) {
      switch (task.step()) {
        case Step.CreateProcess _ -> {
          assertTrue(made.isEmpty(), plan::toString);
          made.add(task.pid());
        }
        case Step.CreateChild child -> {
          assertTrue(made.contains(child.maker()), plan::toString);
          assertTrue(made.add(task.pid()), plan::toString);
        }
        default -> assertTrue(made.contains(task.pid()), plan::toString);
      }
    }
  }

  /** Everything that it has is made, once, and then it runs. */
  private static void checkLiving(ProcessState process, List<Step> steps) {
    assertEquals(
        process.vmas().stream().filter(vma -> !OF_THE_KERNEL.contains(vma.kind())).toList(),
        all(steps, Step.MapRange.class).stream().map(Step.MapRange::vma).toList());
    assertEquals(
        process.threads().stream().skip(1).map(ThreadState::tid).toList(),
        all(steps, Step.CloneThread.class).stream().map(step -> step.thread().tid()).toList());
    assertEquals(
        process.threads(),
        all(steps, Step.SetUpThread.class).stream().map(Step.SetUpThread::thread).toList());
    assertEquals(
        process.threads(),
        all(steps, Step.DropRights.class).stream().map(Step.DropRights::thread).toList());
    assertEquals(
        process.locks().size(), count(steps, Step.TakeLock.class), () -> "locks: " + steps);
    checkDescriptors(process, steps);
    assertEquals(
        process.timers(),
        all(steps, Step.StartTimers.class).stream().flatMap(s -> s.timers().stream()).toList());
    Step last = steps.stream().filter(step -> isEnd(step)).reduce((_, next) -> next).orElseThrow();
    assertTrue(last instanceof Step.LetGo, () -> "" + steps);
    assertEquals(1, count(steps, Step.LetGo.class));
    assertTrue(
        steps.indexOf(all(steps, Step.Finish.class).getFirst())
            > steps.lastIndexOf(all(steps, Step.DropRights.class).getLast()),
        () -> "" + steps);
  }

  /** What its parent does for it comes behind. */
  private static boolean isEnd(Step step) {
    return step instanceof Step.Finish || step instanceof Step.LetGo;
  }

  /** Every number once; a thread's own are lent to the process, and then moved. */
  private static void checkDescriptors(ProcessState process, List<Step> steps) {
    List<FdEntry> got = new ArrayList<>();
    for (Step step : steps) {
      got.addAll(
          switch (step) {
            case Step.OpenDescription open -> open.fds();
            case Step.ShareDescription share -> share.fds();
            case Step.ReceiveDescription receive -> receive.fds();
            case Step.InheritDescriptor inherit -> inherit.fds();
            case Step.UseTerminal terminal -> terminal.fds();
            case Step.UsePty pty -> pty.fds();
            default -> List.of();
          });
    }
    assertEquals(got.size(), got.stream().map(FdEntry::number).distinct().count(), () -> "" + got);
    assertTrue(got.containsAll(process.fds()), () -> "%s of %s".formatted(got, process.fds()));
  }

  private static <T extends Step> List<T> all(List<Step> steps, Class<T> kind) {
    return steps.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static <T extends Step> int count(List<Step> steps, Class<T> kind) {
    return all(steps, kind).size();
  }
}
