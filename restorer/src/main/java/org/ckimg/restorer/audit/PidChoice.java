package org.ckimg.restorer.audit;

import org.ckimg.restorer.PidMode;
import org.ckimg.restorer.RestoreOptions;
import org.ckimg.restorer.gather.HostFacts;
import org.ckimg.spec.model.ProcessState;

/** Which pid a program can have. */
public sealed interface PidChoice {
  /** The one that it had, and so have its threads their tids. */
  record Old() implements PidChoice {}

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
  static PidChoice of(ProcessState process, HostFacts host, RestoreOptions options) {
    boolean free = host.takenTids().isEmpty();
    boolean permitted = host.caller().mayChoosePid();
    return switch (options.pid()) {
      case SAME -> free && permitted ? new Old() : new Impossible(whyNot(host));
      case NEW -> new New("asked for");
      case NAMESPACE -> new Impossible("--pid namespace is not supported by this version");
      case AUTO -> {
        if (free && permitted) {
          yield new Old();
        }
        yield process.threads().size() == 1
            ? new New(whyNot(host))
            : new Impossible(
                whyNot(host)
                    + "; a program with several threads knows its old ids (--pid new tries all the"
                    + " same)");
      }
    };
  }

  private static String whyNot(HostFacts host) {
    if (!host.caller().mayChoosePid()) {
      return "choosing a pid needs CAP_CHECKPOINT_RESTORE";
    }
    return "pid %d is taken".formatted(host.takenTids().getFirst());
  }
}
