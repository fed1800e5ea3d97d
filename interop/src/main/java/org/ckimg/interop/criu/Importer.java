package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.interop.criu.proto.Inventory;
import org.ckimg.spec.Finding;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;

/**
 * Reads a set in two rounds: first what is there, so that each object gets its number, then what it
 * means.
 */
final class Importer {
  private static final int VERSION = 2;

  private final ImageSet set;
  private final ObjectTable objects = new ObjectTable();
  private final Map<Integer, ObjectTable.Slot> memory = new HashMap<>();
  private long missingPages;

  Importer(ImageSet set) {
    this.set = set;
  }

  CriuImage open() throws IOException {
    Entry<Inventory> inventory = inventory();
    List<Task> tasks = new TaskReader(set, inventory.message()).read();
    Host host = Machine.of(tasks);
    int pageShift = host.pageShift();
    FileImages images = FileImages.read(set);
    Map<Integer, GhostReader.Ghost> ghosts = new GhostReader(set, objects, pageShift).read(images);
    Queues queues = new Queues(set, objects, pageShift);
    queues.read(images);
    SegmentReader segments = segments(tasks, pageShift);
    SharedMemory shared = new SharedMemory(set, objects, pageShift, segments);
    shared.read(images, tasks);
    readMemory(tasks, pageShift);
    objects.number();

    FileTable files = new FileTable(images, ghosts, shared);
    Holders holders = new Holders(images, queues, tasks);
    DescriptionDecoder descriptions = new DescriptionDecoder(files, queues, holders);
    descriptions.decode();
    LockDecoder locks = new LockDecoder();
    locks.read(set, tasks, holders, descriptions.descriptions());
    ThreadDecoder threads = new ThreadDecoder(SeccompTable.read(set));
    VmaDecoder vmas = new VmaDecoder(files, shared, pageShift);
    ProcessDecoder decoder = new ProcessDecoder(files, holders, locks, threads, vmas, pageShift);
    List<ProcessState> processes = new ArrayList<>();
    for (Task task : tasks) {
      processes.add(decoder.decode(task, Optional.ofNullable(memory.get(task.pid()))));
    }
    missingPages += shared.missingPages();
    AnnexBuilder annexes = new AnnexBuilder(set);
    annexes.build(inventory.message(), tasks, images, ghosts, queues, segments, locks);
    List<OpenFile> open = descriptions.descriptions();
    boolean partial = missingPages > 0 || open.stream().anyMatch(file -> !file.captured());
    Checkpoint checkpoint =
        new Checkpoint(
            host.withVdso(VdsoPages.of(processes, objects, pageShift)),
            Optional.empty(),
            partial,
            processes,
            open,
            files.files(),
            descriptions.terminals().terminals(),
            descriptions.pipes(),
            objects.objects(),
            annexes.origin(),
            List.of(),
            objects);
    return new CriuImage(
        set,
        objects,
        checkpoint,
        missingPages == 0,
        annexes.annexes(),
        LeftOut.of(inventory.message().getRootIds(), tasks, images, queues, locks.others().size()),
        warnings(annexes));
  }

  private Entry<Inventory> inventory() throws IOException {
    Entry<Inventory> entry = set.demand("inventory.img", ImageKind.INVENTORY, Inventory.parser());
    int version = entry.message().getImgVersion();
    if (version != VERSION) {
      throw new UnsupportedImageException(
          new Finding(
              CriuRule.VERSION,
              entry.file(),
              entry.offset(),
              "version %s, not %d".formatted(Integer.toUnsignedString(version), VERSION)));
    }
    return entry;
  }

  private SegmentReader segments(List<Task> tasks, int pageShift) throws IOException {
    SegmentReader segments = new SegmentReader(pageShift);
    Set<Integer> namespaces = new HashSet<>();
    for (Task task : tasks) {
      if (task.ids().isPresent() && namespaces.add(task.ids().get().getIpcNsId())) {
        segments.read(set, task.ids().get().getIpcNsId());
      }
    }
    return segments;
  }

  private void readMemory(List<Task> tasks, int pageShift) throws IOException {
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      if (!task.isDead()) {
        String name = "pagemap-" + task.pid() + ".img";
        Optional<PageTable> pages = PagemapReader.read(set, name, pageShift);
        if (pages.isPresent()) {
          missingPages += pages.get().missing();
          memory.put(task.pid(), objects.addPrivate(i, pages.get()));
        }
      }
    }
  }

  private List<String> warnings(AnnexBuilder annexes) {
    List<String> warnings = new ArrayList<>(annexes.warnings());
    if (missingPages > 0) {
      warnings.add(
          "%d pages are in none of the sets: a parent is missing, or they were left to be sent later"
              .formatted(missingPages));
    }
    return warnings;
  }
}
