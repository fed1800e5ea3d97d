package org.ckimg.restorer.audit;

import java.util.Optional;
import org.ckimg.restorer.PidMode;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.Checkpoint;

/** Which pid a program can have. */
public sealed interface PidChoice {
  /** The one that it had, and so have its threads their tids. */
  record Old() implements PidChoice {}

  /**
   * The one that it had, seen by itself alone: in a pid namespace of its own.
   *
   * @param reason why
   */
  record Namespaced(String reason) implements PidChoice {}

  /**
   * Whatever the kernel gives.
   *
   * @param reason why
   */
  record New(String reason) implements PidChoice {}

  /**
   * None.
   *
   * @param reason why
   */
  record Impossible(String reason) implements PidChoice {}

  /** Chooses as {@link PidMode} says. */
  static PidChoice of(Checkpoint checkpoint, HostFacts host, RestoreOptions options) {
    Optional<String> obstacle = obstacle(host, options);
    return switch (options.pid()) {
      case SAME -> obstacle.<PidChoice>map(Impossible::new).orElseGet(Old::new);
      case NEW ->
          checkpoint.processes().size() == 1
              ? new New("asked for")
              : new Impossible("the processes of a tree know each other by their old pids");
      case NAMESPACE -> namespaced(host, "asked for");
      case AUTO -> automatic(checkpoint, host, obstacle);
    };
  }

  private static PidChoice automatic(
      Checkpoint checkpoint, HostFacts host, Optional<String> obstacle) {
    boolean clocksNeedUserNamespace =
        ClockShift.of(checkpoint, host).needed() && !host.caller().mayMakeNamespaces();
    if (clocksNeedUserNamespace) {
      return namespaced(host, "shifting clocks needs CAP_SYS_ADMIN");
    }
    if (obstacle.isEmpty()) {
      return new Old();
    }
    boolean single =
        checkpoint.processes().size() == 1
            && checkpoint.processes().getFirst().threads().size() == 1;
    return single ? new New(obstacle.get()) : namespaced(host, obstacle.get());
  }

  private static PidChoice namespaced(HostFacts host, String reason) {
    if (host.caller().mayMakeNamespaces() || host.caller().mayIsolate()) {
      return new Namespaced(reason);
    }
    return new Impossible(
        reason
            + "; a pid namespace is not permitted either, and a program with several threads or processes"
            + " knows its old ids (--pid new tries all the same for threads)");
  }

  private static Optional<String> obstacle(HostFacts host, RestoreOptions options) {
    if (!options.policy().identity().oldPid()) {
      return Optional.of("the policy keeps the old pid back");
    }
    if (!host.caller().mayChoosePid()) {
      return Optional.of("choosing a pid needs CAP_CHECKPOINT_RESTORE");
    }
    return host.takenTids().stream().findFirst().map(tid -> "pid %d is taken".formatted(tid));
  }
}
