package org.ckimg.linux.remote;

/** A task was told to go on, and does not. */
final class StalledException extends TargetBusyException {
  private static final long serialVersionUID = 1;

  StalledException(int tid) {
    super(
        "task %d does not go on: it is frozen by a control group, or waits in the kernel"
            .formatted(tid));
  }
}
