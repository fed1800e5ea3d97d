package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.FdinfoEntry;
import org.ckimg.interop.criu.proto.FsEntry;
import org.ckimg.interop.criu.proto.Inventory;
import org.ckimg.interop.criu.proto.MmEntry;
import org.ckimg.interop.criu.proto.ObjectIds;
import org.ckimg.interop.criu.proto.PstreeEntry;
import org.ckimg.interop.criu.proto.VmaEntry;
import org.ckimg.spec.Finding;
import org.ckimg.spec.MalformedImageException;

/** Reads the tree and the images of each task in it. */
final class TaskReader {
  private static final String TREE = "pstree.img";

  private final ImageSet set;
  private final boolean fdinfoById;
  private final Map<Integer, List<Entry<FdinfoEntry>>> fdinfo = new HashMap<>();
  private final Set<Integer> tids = new HashSet<>();

  TaskReader(ImageSet set, Inventory inventory) {
    this.set = set;
    this.fdinfoById = inventory.getFdinfoPerId();
  }

  /** The tasks in ascending order of pid. */
  List<Task> read() throws IOException {
    if (!set.has(TREE)) {
      throw new MalformedImageException(
          new Finding(
              CriuRule.PRESENT,
              TREE,
              0,
              "is not in the set: a pre-dump has no tree; open the dump that came after it"));
    }
    List<Entry<PstreeEntry>> rows = set.all(TREE, ImageKind.PSTREE, PstreeEntry.parser());
    check(rows);
    List<Task> tasks = new ArrayList<>();
    for (Entry<PstreeEntry> row : rows) {
      tasks.add(task(row));
    }
    tasks.sort(Comparator.comparingInt(Task::pid));
    return tasks;
  }

  private static void check(List<Entry<PstreeEntry>> rows) throws MalformedImageException {
    Set<Integer> pids = new HashSet<>();
    for (Entry<PstreeEntry> row : rows) {
      PstreeEntry entry = row.message();
      row.require(entry.hasPid() && entry.hasPpid(), "pid or parent");
      if (entry.getPid() <= 0 || !pids.add(entry.getPid())) {
        throw row.malformed(CriuRule.TREE, "pid " + entry.getPid() + " is none, or there twice");
      }
    }
    for (Entry<PstreeEntry> row : rows) {
      int parent = row.message().getPpid();
      if (parent != 0 && !pids.contains(parent)) {
        throw row.malformed(CriuRule.TREE, "the parent " + parent + " is not in the tree");
      }
    }
    if (rows.isEmpty()) {
      throw new MalformedImageException(new Finding(CriuRule.TREE, TREE, 0, "no task is in it"));
    }
  }

  private Task task(Entry<PstreeEntry> row) throws IOException {
    int pid = row.message().getPid();
    Task.Thread leader = thread(row, pid);
    Entry<CoreEntry> core = leader.core();
    core.require(core.message().getTc().hasTaskState(), "state of the task");
    if (Task.isDead(core.message().getTc().getTaskState())) {
      // CRIU 4.2 leaves the thread ids of a dead task unset in the tree.
      return new Task(
          row,
          List.of(leader),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.empty(),
          List.of());
    }
    Entry<ObjectIds> ids = ids(pid, core);
    Entry<MmEntry> mm = set.demand(image("mm", pid), ImageKind.MM, MmEntry.parser());
    return new Task(
        row,
        threads(row, leader),
        Optional.of(ids.message()),
        Optional.of(mm),
        vmas(pid, mm),
        set.one(image("fs", pid), ImageKind.FS, FsEntry.parser()),
        fdinfo(fdinfoById ? ids.message().getFilesId() : pid));
  }

  private static String image(String kind, int id) {
    return kind + "-" + Integer.toUnsignedString(id) + ".img";
  }

  private List<Task.Thread> threads(Entry<PstreeEntry> row, Task.Thread leader) throws IOException {
    List<Integer> others = new ArrayList<>(row.message().getThreadsList());
    others.remove(Integer.valueOf(leader.tid()));
    others.sort(null);
    List<Task.Thread> threads = new ArrayList<>(List.of(leader));
    for (int tid : others) {
      threads.add(thread(row, tid));
    }
    return threads;
  }

  private Task.Thread thread(Entry<PstreeEntry> row, int tid) throws IOException {
    if (tid <= 0 || !tids.add(tid)) {
      throw row.malformed(
          CriuRule.TREE,
          "thread %s is none, or there twice".formatted(Integer.toUnsignedString(tid)));
    }
    String name = image("core", tid);
    return new Task.Thread(tid, set.demand(name, ImageKind.CORE, CoreEntry.parser()));
  }

  private Entry<ObjectIds> ids(int pid, Entry<CoreEntry> core) throws IOException {
    Optional<Entry<ObjectIds>> own = set.one(image("ids", pid), ImageKind.IDS, ObjectIds.parser());
    Entry<ObjectIds> ids = own.isPresent() ? own.get() : core.with(core.message().getIds());
    ids.require(ids.message().hasFilesId() || !fdinfoById, "number of the descriptor table");
    return ids;
  }

  private List<Entry<VmaEntry>> vmas(int pid, Entry<MmEntry> mm) throws IOException {
    if (mm.message().getVmasCount() == 0) {
      return set.all(image("vmas", pid), ImageKind.VMAS, VmaEntry.parser());
    }
    List<Entry<VmaEntry>> vmas = new ArrayList<>();
    for (VmaEntry vma : mm.message().getVmasList()) {
      vmas.add(mm.with(vma));
    }
    return vmas;
  }

  /** Tasks that share their descriptors have one table. */
  private List<Entry<FdinfoEntry>> fdinfo(int id) throws IOException {
    List<Entry<FdinfoEntry>> known = fdinfo.get(id);
    if (known == null) {
      known = set.all(image("fdinfo", id), ImageKind.FDINFO, FdinfoEntry.parser());
      fdinfo.put(id, known);
    }
    return known;
  }
}
