package org.ckimg.restorer.plan;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.restorer.sockets.SocketGraph;
import org.ckimg.restorer.tree.Inherited;
import org.ckimg.restorer.tree.Tree;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/**
 * What several processes of a tree have together. The first process makes it before it forks the
 * others, which inherit it.
 *
 * @param objects ids of shared memory
 * @param descriptions ids of descriptions
 * @param firstShowing pid of the first living process that shows an object, by its id
 * @param holders who has which description
 */
record SharedParts(
    Set<Integer> objects,
    Set<Integer> descriptions,
    Map<Integer, Integer> firstShowing,
    Holders holders) {
  static SharedParts of(Checkpoint checkpoint, SocketGraph sockets) {
    Set<Integer> descriptions = descriptions(checkpoint);
    descriptions.addAll(sockets.shared());
    Map<Integer, Integer> firstShowing = new HashMap<>();
    for (ProcessState process : Tree.of(checkpoint).living()) {
      for (Vma vma : process.vmas()) {
        vma.object().ifPresent(object -> firstShowing.putIfAbsent(object, process.pid()));
      }
    }
    return new SharedParts(objects(checkpoint), descriptions, firstShowing, Holders.of(checkpoint));
  }

  private static Set<Integer> objects(Checkpoint checkpoint) {
    Map<Integer, Set<Integer>> users = new LinkedHashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      for (Vma vma : process.vmas()) {
        OptionalInt object = vma.object();
        boolean ofMemory =
            object.isPresent()
                && switch (checkpoint.object(object.getAsInt()).kind()) {
                  case SHARED, SYSV -> true;
                  case PRIVATE, PRIVATE_IN_STOP, MEMFD, QUEUE, FILE -> false;
                };
        if (ofMemory) {
          note(users, object.getAsInt(), process);
        }
      }
    }
    return ofSeveral(users);
  }

  /**
   * Ends of a pipe or FIFO belong together too. What refers to a process is made when that is
   * there.
   */
  private static Set<Integer> descriptions(Checkpoint checkpoint) {
    Map<Integer, Set<Integer>> users = new LinkedHashMap<>();
    Map<Integer, Set<Integer>> usersOfFile = new LinkedHashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      for (FdEntry fd : process.fds()) {
        OpenFile open = checkpoint.description(fd.description());
        if (open.type() != FdType.PIDFD) {
          note(users, open.id(), process);
        }
        if (isMade(open)) {
          note(usersOfFile, open.file().getAsInt(), process);
        }
      }
    }
    Set<Integer> shared = ofSeveral(users);
    Set<Integer> files = ofSeveral(usersOfFile);
    for (int id : users.keySet()) {
      OpenFile open = checkpoint.description(id);
      if (isMade(open) && files.contains(open.file().getAsInt())) {
        shared.add(id);
      }
    }
    return shared;
  }

  /** True for what must be made or filled once. */
  private static boolean isMade(OpenFile open) {
    boolean pipe = open.type() == FdType.PIPE || open.type() == FdType.FIFO;
    return open.file().isPresent() && pipe;
  }

  private static void note(Map<Integer, Set<Integer>> users, int id, ProcessState process) {
    users.computeIfAbsent(id, k -> new HashSet<>()).add(process.pid());
  }

  private static Set<Integer> ofSeveral(Map<Integer, Set<Integer>> users) {
    Set<Integer> shared = new LinkedHashSet<>();
    users.forEach((id, pids) -> {
      if (pids.size() > 1) {
        shared.add(id);
      }
    });
    return shared;
  }

  /** Files of some descriptions, but for those that the caller gives. */
  static Set<Integer> files(
      Checkpoint checkpoint, Inherited inherited, Collection<Integer> descriptions) {
    Set<Integer> files = new HashSet<>();
    for (int id : descriptions) {
      if (inherited.callerFd(id).isEmpty()) {
        checkpoint.description(id).file().ifPresent(files::add);
      }
    }
    return files;
  }
}
