package org.ckimg.dumper;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ckimg.linux.proc.ProcessTree;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.remote.Infection;
import org.ckimg.linux.remote.SeizedTree;
import org.ckimg.linux.sys.SyscallException;

/** What is read of a process tree before it is stopped, so that the stop finds it done. */
final class Preparation implements AutoCloseable {
  private final int root;
  private final DumpOptions options;
  private final FileTable files = new FileTable();
  private final RangeDigests digests = new RangeDigests();
  private final NotifyCollector notify = new NotifyCollector();
  private final HostCollector host;
  private final Map<Integer, Prepared> processes = new HashMap<>();
  private final List<Stat> relatives = new ArrayList<>();

  /**
   * What is known of one process.
   *
   * @param areas collects its mappings
   * @param infection asks it
   */
  record Prepared(AreaCollector areas, Infection infection) {}

  /** Reads; what cannot be captured goes to {@code refusals}. */
  Preparation(int root, DumpOptions options, Refusals refusals) throws IOException {
    this.root = root;
    this.options = options;
    this.host = new HostCollector();
    try {
      SortedSet<Integer> tree = tree();
      DescriptorCollector descriptors =
          new DescriptorCollector(new FileTable(), new OtherHolders(tree), notify);
      for (int pid : tree) {
        prepare(pid, descriptors, tree.size() > 1, refusals);
      }
      descriptors.rehearse();
      if (options.tree()) {
        relatives.addAll(ProcessTree.relatives(tree));
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private SortedSet<Integer> tree() throws IOException {
    return options.tree() ? ProcessTree.descendants(root) : new TreeSet<>(List.of(root));
  }

  /** A descendant may end meanwhile, and is a zombie already, or not there in the stop. */
  private void prepare(
      int pid, DescriptorCollector descriptors, boolean oneOfMany, Refusals refusals)
      throws IOException {
    try {
      if (pid != root) {
        if (hasEnded(pid)) {
          return;
        }
        new Preflight(pid, false, refusals).run();
      }
      // Children come and go: what a tree holds is known only when it stands still.
      Refusals early = oneOfMany ? new Refusals() : refusals;
      FreshProgram.await(() -> of(pid)).areas().collect(early);
      descriptors.collect(pid, early);
    } catch (IOException e) {
      if (pid == root || !hasEnded(pid)) {
        throw e;
      }
      processes.remove(pid);
    }
  }

  private static boolean hasEnded(int pid) throws IOException {
    try {
      return Stat.read(pid).hasEnded();
    } catch (SyscallException e) {
      return true;
    }
  }

  /**
   * What the caller should know when the dump is done.
   *
   * @param dumped pids in the image
   */
  List<String> notes(SortedSet<Integer> dumped) throws IOException {
    List<String> notes = new ArrayList<>();
    for (Stat stat : options.tree() ? ProcessTree.relatives(dumped) : List.<Stat>of()) {
      boolean wasThere =
          relatives.stream()
              .anyMatch(r -> r.pid() == stat.pid() && r.startTicks() == stat.startTicks());
      if (wasThere) {
        notes.add(
            "process %d (%s) has a session or process group with the program and is no descendant: it is not in the image"
                .formatted(stat.pid(), DescriptorCollector.text(stat.comm())));
      }
    }
    return notes;
  }

  /** What is prepared of a process; now, if it was not there before. */
  Prepared of(int pid) throws IOException {
    Prepared known = processes.get(pid);
    if (known == null) {
      boolean tracked = options.tracker().isPresent();
      known = new Prepared(new AreaCollector(pid, files, digests, tracked), Infection.prepare(pid));
      processes.put(pid, known);
    }
    return known;
  }

  /**
   * Reads everything else of the stopped processes but their memory.
   *
   * @throws DumpRefusedException when something cannot be captured
   */
  Capture capture(SeizedTree tree, DumpWatcher watcher) throws IOException {
    return new CaptureBuilder(tree, this, options, watcher).build();
  }

  int root() {
    return root;
  }

  FileTable files() {
    return files;
  }

  /** Knows the paths of what inotify instances watch. */
  NotifyCollector watched() {
    return notify;
  }

  HostCollector host() {
    return host;
  }

  @Override
  public void close() {
    digests.close();
  }
}
