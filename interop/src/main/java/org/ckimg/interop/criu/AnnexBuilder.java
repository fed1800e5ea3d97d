package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.interop.Annex;
import org.ckimg.interop.Row;
import org.ckimg.interop.criu.proto.Inventory;
import org.ckimg.spec.model.Origin;

/** What the set says beside the checkpoint. */
final class AnnexBuilder {
  private final ImageSet set;
  private final List<Annex> annexes = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private Optional<Origin> origin = Optional.empty();

  AnnexBuilder(ImageSet set) {
    this.set = set;
  }

  /** Reads the rest of the set. The tables that nothing is in are left out. */
  void build(
      Inventory inventory,
      List<Task> tasks,
      FileImages images,
      Map<Integer, GhostReader.Ghost> ghosts,
      Queues queues,
      SegmentReader segments,
      LockDecoder locks)
      throws IOException {
    OriginReader clocks = new OriginReader(set);
    origin = clocks.read();
    add("inventory", List.of(TaskTables.inventory(inventory)));
    add("tasks", TaskTables.tasks(tasks));
    add("threads", TaskTables.threads(tasks));
    add("registers", TaskTables.registers(tasks));
    add("files", FileTables.files(images));
    add("deleted-files", FileTables.ghosts(ghosts));
    add("descriptors", FileTables.descriptors(images));
    add("socket-messages", FileTables.messages(queues));
    add("shared-segments", FileTables.segments(segments));
    add("other-locks", FileTables.locks(locks.others()));
    NamespaceTables namespaces = new NamespaceTables(set, tasks);
    add("namespaces", namespaces.namespaces());
    add("mounts", namespaces.mounts());
    add("cgroups", namespaces.cgroups());
    add("statistics", clocks.statistics());
    UnusedImages unused = UnusedImages.of(set);
    add("not-understood", unused.rows());
    warnings.addAll(unused.warnings());
    if (!locks.others().isEmpty()) {
      warnings.add(
          "%d file locks are leases, or of a kind not known".formatted(locks.others().size()));
    }
  }

  private void add(String name, List<Row> rows) {
    if (!rows.isEmpty()) {
      annexes.add(new Annex(name, rows));
    }
  }

  List<Annex> annexes() {
    return annexes;
  }

  List<String> warnings() {
    return warnings;
  }

  /** Clocks and durations of the dump, where the set has them. */
  Optional<Origin> origin() {
    return origin;
  }
}
