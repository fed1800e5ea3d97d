package org.ckimg.restorer.policy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What may be granted. It never grants by itself: a program gets what its image names and the
 * policy allows.
 *
 * @param name for people: the profile or the file
 * @param restores false when nothing may be restored
 * @param files opened and mapped
 * @param memory mapped
 * @param signals sent, blocked, and timers
 * @param sockets reachable
 * @param identity pids, users, capabilities
 * @param trust signatures
 */
public record Policy(
    String name,
    boolean restores,
    Files files,
    Memory memory,
    Signals signals,
    Sockets sockets,
    Identity identity,
    Trust trust) {
  /** What follows where something is not forbidden by itself, the stricter the later. */
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
   * @param weakEvidence what follows for files of which an image knows only kind and size, and a
   *     build id where they are code
   * @param handles mount points whose files may be opened by handle when no path leads to them
   * @param appendOnly roots of files that may be open for writing only with O_APPEND
   */
  public record Files(
      Answer drift,
      List<String> read,
      List<String> write,
      List<String> execute,
      Answer sharedWrite,
      Answer weakEvidence,
      List<String> handles,
      List<String> appendOnly) {
    /** Sorts the lists; a root under another one says nothing and is left out. */
    public Files {
      read = Folders.normal(read);
      write = Folders.normal(write);
      execute = Folders.normal(execute);
      handles = Folders.distinct(handles);
      appendOnly = Folders.normal(appendOnly);
    }

    private Files intersect(Files other) {
      return new Files(
          stricter(drift, other.drift),
          Folders.intersect(read, other.read),
          Folders.intersect(write, other.write),
          Folders.intersect(execute, other.execute),
          stricter(sharedWrite, other.sharedWrite),
          stricter(weakEvidence, other.weakEvidence),
          Folders.common(handles, other.handles),
          Folders.union(appendOnly, other.appendOnly));
    }
  }

  /**
   * Memory.
   *
   * @param writeAndExecute what follows for mappings that can be both written and executed
   * @param executeAnonymous what follows for executable memory that comes from no file
   * @param maxBytes of all mappings together
   */
  public record Memory(Answer writeAndExecute, Answer executeAnonymous, long maxBytes) {
    private Memory intersect(Memory other) {
      return new Memory(
          stricter(writeAndExecute, other.writeAndExecute),
          stricter(executeAnonymous, other.executeAnonymous),
          Math.min(maxBytes, other.maxBytes));
    }
  }

  /**
   * Signals and timers.
   *
   * @param allBlocked what follows for a thread that blocks every signal
   * @param foreignSenders what follows for pending signals that name another process as sender
   * @param ownRestorers what follows for handlers that return by code that is not a C library's
   * @param minIntervalNanos shortest period of a timer
   */
  public record Signals(
      Answer allBlocked, Answer foreignSenders, Answer ownRestorers, long minIntervalNanos) {
    private Signals intersect(Signals other) {
      return new Signals(
          stricter(allBlocked, other.allBlocked),
          stricter(foreignSenders, other.foreignSenders),
          stricter(ownRestorers, other.ownRestorers),
          Math.max(minIntervalNanos, other.minIntervalNanos));
    }
  }

  /**
   * Sockets.
   *
   * @param internet what follows for one that other hosts reach, or that reaches them
   * @param tcp what follows for a connection that goes on where it was
   */
  public record Sockets(Answer internet, Answer tcp) {
    private Sockets intersect(Sockets other) {
      return new Sockets(stricter(internet, other.internet), stricter(tcp, other.tcp));
    }
  }

  /**
   * Identity.
   *
   * @param oldPid true when the program may have its old pid
   * @param changeUser true when it may become another user than the caller
   * @param capabilities that it may have, bit n is capability n
   * @param noNewPrivileges true when it gets no_new_privs, whether it had it or not
   */
  public record Identity(
      boolean oldPid, boolean changeUser, long capabilities, boolean noNewPrivileges) {
    private Identity intersect(Identity other) {
      return new Identity(
          oldPid && other.oldPid,
          changeUser && other.changeUser,
          capabilities & other.capabilities,
          noNewPrivileges || other.noNewPrivileges);
    }
  }

  /**
   * Signatures.
   *
   * @param required true when only signed images are restored
   * @param keys files with public keys that are trusted
   */
  public record Trust(boolean required, List<String> keys) {
    /** Sorts the list. */
    public Trust {
      keys = Folders.distinct(keys);
    }

    /** A policy that names no key leaves it to the other one whom to trust. */
    private Trust intersect(Trust other) {
      List<String> both =
          keys.isEmpty()
              ? other.keys
              : other.keys.isEmpty() ? keys : Folders.common(keys, other.keys);
      return new Trust(required || other.required, both);
    }

    /** No list of keys says "none at all": two that have nothing in common are not intersected. */
    private boolean isCompatible(Trust other) {
      return keys.isEmpty() || other.keys.isEmpty() || !Folders.common(keys, other.keys).isEmpty();
    }
  }

  /**
   * The policy that grants what both grant. Where each names keys that it trusts, and none of them
   * is the other's, nothing is restored at all.
   */
  public Policy intersect(Policy other) {
    return new Policy(
        Stream.of(name, other.name).distinct().sorted().collect(Collectors.joining(" and ")),
        restores && other.restores && trust.isCompatible(other.trust),
        files.intersect(other.files),
        memory.intersect(other.memory),
        signals.intersect(other.signals),
        sockets.intersect(other.sockets),
        identity.intersect(other.identity),
        trust.intersect(other.trust));
  }

  private static Answer stricter(Answer a, Answer b) {
    return a.compareTo(b) >= 0 ? a : b;
  }
}
