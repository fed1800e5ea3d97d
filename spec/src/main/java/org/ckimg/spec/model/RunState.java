package org.ckimg.spec.model;

/** What a process was doing when it was frozen. */
public enum RunState {
  /** On a processor or waiting for one. */
  RUNNING,
  /** In a system call. */
  SLEEPING,
  /** Stopped by a signal. */
  STOPPED,
  /** Dead and not yet waited for. */
  ZOMBIE
}
