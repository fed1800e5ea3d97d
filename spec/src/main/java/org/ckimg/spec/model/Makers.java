package org.ckimg.spec.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;

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
  private final Set<Integer> sharedFiles = new HashSet<>();
  private final Set<Integer> sharedFs = new HashSet<>();
  private final Set<Integer> madeFiles = new HashSet<>();
  private final Set<Integer> madeFs = new HashSet<>();
  private final Map<Sibling, ProcessState> siblings = new HashMap<>();

  /** What a sibling hands on, and what it is to have; absent for what does not matter. */
  private record Sibling(
      int parent, OptionalInt session, int exitSignal, OptionalInt files, OptionalInt fs) {}

  private Makers(List<ProcessState> processes) {
    for (ProcessState process : processes) {
      process.sharedWith().files().ifPresent(sharedFiles::add);
      process.sharedWith().fs().ifPresent(sharedFs::add);
    }
  }

  /** Finds them, parents before their children. */
  public static Makers of(List<ProcessState> processes) {
    Map<Integer, ProcessState> byPid = new HashMap<>();
    processes.forEach(process -> byPid.put(process.pid(), process));
    Map<Integer, List<ProcessState>> children = new HashMap<>();
    Queue<ProcessState> next = new ArrayDeque<>();
    for (ProcessState process : processes) {
      if (byPid.containsKey(parent(process))) {
        children.computeIfAbsent(parent(process), _ -> new ArrayList<>(1)).add(process);
      } else {
        next.add(process);
      }
    }
    Makers found = new Makers(processes);
    while (!next.isEmpty()) {
      ProcessState process = next.remove();
      found.make(process, Optional.ofNullable(byPid.get(parent(process))));
      next.addAll(children.getOrDefault(process.pid(), List.of()));
    }
    return found;
  }

  private void make(ProcessState process, Optional<ProcessState> parent) {
    OptionalInt files = whenMade(madeFiles, files(process));
    OptionalInt fs = whenMade(madeFs, fs(process));
    Optional<ProcessState> maker =
        parent
            .filter(other -> files.isEmpty() || shareFiles(other, process))
            .filter(other -> fs.isEmpty() || shareFs(other, process))
            .or(() -> Optional.ofNullable(siblings.get(sibling(process, files, fs))));
    if (maker.isPresent()) {
      makers.put(process.pid(), maker.get());
    } else if (parent.isPresent()) {
      impossible.add(process);
    }
    add(process);
  }

  private static OptionalInt whenMade(Set<Integer> made, int owner) {
    return made.contains(owner) ? OptionalInt.of(owner) : OptionalInt.empty();
  }

  /** What nobody else has is not asked for. */
  private void add(ProcessState process) {
    OptionalInt files = OptionalInt.of(files(process));
    OptionalInt fs = OptionalInt.of(fs(process));
    boolean sharesFiles = sharedFiles.contains(files.getAsInt());
    boolean sharesFs = sharedFs.contains(fs.getAsInt());
    if (sharesFiles) {
      madeFiles.add(files.getAsInt());
      siblings.putIfAbsent(sibling(process, files, OptionalInt.empty()), process);
    }
    if (sharesFs) {
      madeFs.add(fs.getAsInt());
      siblings.putIfAbsent(sibling(process, OptionalInt.empty(), fs), process);
    }
    if (sharesFiles && sharesFs) {
      siblings.putIfAbsent(sibling(process, files, fs), process);
    }
  }

  private static Sibling sibling(ProcessState process, OptionalInt files, OptionalInt fs) {
    OptionalInt session = process.ids().session();
    return new Sibling(parent(process), session, exitSignal(process), files, fs);
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
