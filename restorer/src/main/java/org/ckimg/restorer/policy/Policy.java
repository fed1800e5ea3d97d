package org.ckimg.restorer.policy;

import java.util.List;

/**
 * What may be granted. It never grants by itself: a program gets what its image names and the
 * policy allows.
 *
 * @param name for people: the profile or the file
 * @param restores false when nothing may be restored
 * @param files opened and mapped
 * @param memory mapped
 * @param signals sent, blocked, and timers
 * @param identity pids, users, capabilities
 * @param trust signatures
 */
public record Policy(
    String name,
    boolean restores,
    Files files,
    Memory memory,
    Signals signals,
    Identity identity,
    Trust trust) {
  /** What follows where something is not forbidden by itself. */
  public enum Answer {
    ALLOW,
    WARN,
    REFUSE
  }

  /**
   * Files; a root is an absolute path, and what lies under it is meant.
   *
   * @param drift what follows when a file that is read or written in place has changed
   * @param read roots of files that may be opened for reading or mapped
   * @param write roots of files that may be opened for writing
   * @param execute roots of files whose mappings may be executed, the program's own included
   * @param sharedWrite what follows for shared mappings that write to a file
   * @param handles mount points whose files may be opened by handle when no path leads to them
   */
  public record Files(
      Answer drift,
      List<String> read,
      List<String> write,
      List<String> execute,
      Answer sharedWrite,
      List<String> handles) {
    /** Copies the lists. */
    public Files {
      read = List.copyOf(read);
      write = List.copyOf(write);
      execute = List.copyOf(execute);
      handles = List.copyOf(handles);
    }
  }

  /**
   * Memory.
   *
   * @param writeAndExecute what follows for mappings that can be both written and executed
   * @param executeAnonymous what follows for executable memory that comes from no file
   * @param maxBytes of all mappings together
   */
  public record Memory(Answer writeAndExecute, Answer executeAnonymous, long maxBytes) {}

  /**
   * Signals and timers.
   *
   * @param allBlocked what follows for a thread that blocks every signal
   * @param foreignSenders what follows for pending signals that name another process as sender
   * @param minIntervalNanos shortest period of a timer
   */
  public record Signals(Answer allBlocked, Answer foreignSenders, long minIntervalNanos) {}

  /**
   * Identity.
   *
   * @param oldPid true when the program may have its old pid
   * @param changeUser true when it may become another user than the caller
   * @param capabilities that it may have, bit n is capability n
   */
  public record Identity(boolean oldPid, boolean changeUser, long capabilities) {}

  /**
   * Signatures.
   *
   * @param required true when only signed images are restored
   * @param keys files with public keys that are trusted
   */
  public record Trust(boolean required, List<String> keys) {
    /** Copies the list. */
    public Trust {
      keys = List.copyOf(keys);
    }
  }
}
