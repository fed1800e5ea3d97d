package org.ckimg.spec.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.Stream;

/**
 * Who can make each process of a tree so that it has a table of descriptors or a place together
 * with those that it had it with. Both are shared from clone(2) on or never: a process comes from
 * one that has them, which is its parent, or by CLONE_PARENT a sibling. The latter is in the same
 * session and has the same exit signal, for both are handed on.
 */
public final class Makers {
  private static final int SIGCHLD = 17;

  private final Map<Integer, ProcessState> makers = new HashMap<>();
  private final List<ProcessState> impossible = new ArrayList<>();
  private final Map<Integer, List<ProcessState>> filesMade = new HashMap<>();
  private final Map<Integer, List<ProcessState>> fsMade = new HashMap<>();

  private Makers() {}

  /** Finds them, parents before their children. */
  public static Makers of(List<ProcessState> processes) {
    Map<Integer, ProcessState> byPid = new HashMap<>();
    processes.forEach(process -> byPid.put(process.pid(), process));
    Map<Integer, List<ProcessState>> children = new HashMap<>();
    Queue<ProcessState> next = new ArrayDeque<>();
    for (ProcessState process : processes) {
      if (byPid.containsKey(parent(process))) {
        children.computeIfAbsent(parent(process), _ -> new ArrayList<>()).add(process);
      } else {
        next.add(process);
      }
    }
    Makers found = new Makers();
    while (!next.isEmpty()) {
      ProcessState process = next.remove();
      found.make(process, Optional.ofNullable(byPid.get(parent(process))));
      next.addAll(children.getOrDefault(process.pid(), List.of()));
    }
    return found;
  }

  private void make(ProcessState process, Optional<ProcessState> parent) {
    List<ProcessState> withFiles = made(filesMade, files(process));
    List<ProcessState> withFs = made(fsMade, fs(process));
    Optional<ProcessState> maker =
        Stream.concat(
                parent.stream(),
                Stream.concat(withFiles.stream(), withFs.stream())
                    .filter(other -> isSibling(process, other)))
            .filter(other -> withFiles.isEmpty() || shareFiles(other, process))
            .filter(other -> withFs.isEmpty() || shareFs(other, process))
            .findFirst();
    if (maker.isPresent()) {
      makers.put(process.pid(), maker.get());
    } else if (parent.isPresent()) {
      impossible.add(process);
    }
    withFiles.add(process);
    withFs.add(process);
  }

  private static List<ProcessState> made(Map<Integer, List<ProcessState>> all, int owner) {
    return all.computeIfAbsent(owner, _ -> new ArrayList<>());
  }

  private static boolean isSibling(ProcessState process, ProcessState other) {
    return parent(process) == parent(other)
        && process.ids().session().equals(other.ids().session())
        && exitSignal(process) == exitSignal(other);
  }

  private static int parent(ProcessState process) {
    return process.ids().parent().orElse(0);
  }

  private static int files(ProcessState process) {
    return process.sharedWith().files().orElse(process.pid());
  }

  private static int fs(ProcessState process) {
    return process.sharedWith().fs().orElse(process.pid());
  }

  /** The signal that its parent gets when it ends. */
  public static int exitSignal(ProcessState process) {
    return process.attributes().exitSignal().orElse(SIGCHLD);
  }

  /** True when both have one table of descriptors. */
  public static boolean shareFiles(ProcessState a, ProcessState b) {
    return files(a) == files(b);
  }

  /** True when both have one working directory, root and umask. */
  public static boolean shareFs(ProcessState a, ProcessState b) {
    return fs(a) == fs(b);
  }

  /**
   * The process that makes another one, in whatever it shares with it.
   *
   * @throws java.util.NoSuchElementException when nobody of the image can
   */
  public ProcessState maker(ProcessState process) {
    return Optional.ofNullable(makers.get(process.pid())).orElseThrow();
  }

  /** Those that share something with processes none of which can make them. */
  public List<ProcessState> impossible() {
    return List.copyOf(impossible);
  }
}
