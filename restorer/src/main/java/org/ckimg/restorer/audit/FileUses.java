package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** Who uses which file of an image, and what for; gone through once. */
final class FileUses {
  private final Map<Integer, FileUse> strictest = new HashMap<>();
  private final Map<Integer, Set<FdType>> openAs = new HashMap<>();
  private final Map<Integer, User> users = new HashMap<>();
  private final Set<Integer> inPlace = new HashSet<>();
  private final Set<Integer> provenMappings = new HashSet<>();
  private final Set<Integer> otherMappings = new HashSet<>();

  /**
   * The first one that uses a file.
   *
   * @param subject its descriptor, or the file's path
   */
  record User(int pid, String subject) {}

  /** Asks of a mapped range whether it reads here as it did there. */
  interface Proof {
    boolean holds(ProcessState process, int index);
  }

  FileUses(Checkpoint checkpoint, Proof proof) {
    for (OpenFile open : checkpoint.descriptions()) {
      open.file()
          .ifPresent(id -> {
            add(id, FileUse.of(open, checkpoint.file(id)));
            openAs.computeIfAbsent(id, k -> new HashSet<>()).add(open.type());
          });
    }
    for (ProcessState process : checkpoint.processes()) {
      addDescriptors(checkpoint, process);
      addWatched(checkpoint, process);
      addPlaces(checkpoint, process);
      addMappings(checkpoint, process, proof);
    }
  }

  private void addDescriptors(Checkpoint checkpoint, ProcessState process) {
    for (FdEntry fd : process.fds()) {
      checkpoint
          .description(fd.description())
          .file()
          .ifPresent(id -> users.putIfAbsent(id, new User(process.pid(), fd.name())));
    }
  }

  /** Not one of them is opened for the program, so that each has to be there as it was. */
  private void addWatched(Checkpoint checkpoint, ProcessState process) {
    for (FdEntry fd : process.fds()) {
      if (checkpoint.description(fd.description()).state().orElse(null)
          instanceof FdState.NotifyList list) {
        for (FdState.Notify watch : list.watches()) {
          add(watch.file(), FileUse.IDENTITY);
          inPlace.add(watch.file());
          users.putIfAbsent(watch.file(), new User(process.pid(), fd.name()));
        }
      }
    }
  }

  private void addPlaces(Checkpoint checkpoint, ProcessState process) {
    process.directories().forEach(id -> addPlace(checkpoint, process, id, FileUse.IDENTITY));
    process.exe().ifPresent(id -> addPlace(checkpoint, process, id, FileUse.EXACT));
  }

  private void addPlace(Checkpoint checkpoint, ProcessState process, int id, FileUse use) {
    add(id, use);
    inPlace.add(id);
    users.putIfAbsent(id, new User(process.pid(), checkpoint.file(id).path().toString()));
  }

  private void addMappings(Checkpoint checkpoint, ProcessState process, Proof proof) {
    for (int i = 0; i < process.vmas().size(); i++) {
      Vma vma = process.vmas().get(i);
      if (vma.file().isPresent()) {
        int id = vma.file().getAsInt();
        add(id, FileUse.EXACT);
        users.putIfAbsent(id, new User(process.pid(), checkpoint.file(id).path().toString()));
        (proof.holds(process, i) ? provenMappings : otherMappings).add(id);
      }
    }
  }

  private void add(int id, FileUse use) {
    strictest.merge(id, use, (a, b) -> a.compareTo(b) >= 0 ? a : b);
  }

  /** What is relied on in each file that something uses, by id. */
  Map<Integer, FileUse> strictest() {
    return Map.copyOf(strictest);
  }

  /** The first user; a description that nobody holds has none. */
  Optional<User> user(int id) {
    return Optional.ofNullable(users.get(id));
  }

  /** True when a description is on it. */
  boolean isOpen(int id) {
    return openAs.containsKey(id);
  }

  /** True when it is open as this. */
  boolean isOpenAs(int id, FdType type) {
    return openAs.getOrDefault(id, Set.of()).contains(type);
  }

  /** True when it is run, worked in, watched, or the root. */
  boolean isPlace(int id) {
    return inPlace.contains(id);
  }

  /** True when it is mapped, and each mapped range reads here as it did there. */
  boolean isProven(int id) {
    return provenMappings.contains(id) && !otherMappings.contains(id);
  }
}
