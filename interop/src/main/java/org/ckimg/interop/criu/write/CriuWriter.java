package org.ckimg.interop.criu.write;

import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.interop.core.CoreSupplement;
import org.ckimg.interop.criu.CriuRule;
import org.ckimg.interop.criu.ImageKind;
import org.ckimg.interop.criu.proto.Inventory;
import org.ckimg.interop.criu.proto.PstreeEntry;
import org.ckimg.interop.criu.proto.TimeNamespace;
import org.ckimg.interop.criu.proto.TimeSpec;
import org.ckimg.spec.Finding;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.spec.model.Vma;

/**
 * Writes a checkpoint as a set of CRIU images of version 2, which CRIU calls 1.1, with the
 * namespaces and control groups of whoever restores it.
 */
public final class CriuWriter {
  private static final int VERSION = 2;

  private final Checkpoint checkpoint;
  private final CoreSupplement supplement;
  private final ImageFolder folder;
  private final FileNumbers numbers;
  private final TaskEncoder tasks;
  private final SeccompEncoder seccomp;

  private CriuWriter(Checkpoint checkpoint, CoreSupplement supplement, ImageFolder folder) {
    this.checkpoint = checkpoint;
    this.supplement = supplement;
    this.folder = folder;
    this.numbers = new FileNumbers(checkpoint);
    this.tasks = new TaskEncoder(checkpoint, numbers);
    this.seccomp = new SeccompEncoder(checkpoint);
  }

  /**
   * What CRIU demands and this checkpoint does not have, or what is not written; one line each.
   *
   * @param supplement pages that the image leaves to the machine
   */
  public static List<String> demands(Checkpoint checkpoint, CoreSupplement supplement)
      throws IOException {
    return new Demands(checkpoint, supplement).find();
  }

  /**
   * Writes all images.
   *
   * @param supplement pages that the image leaves to the machine: those of the vdso
   * @throws UnsupportedImageException when {@link #demands} has any; nothing was written
   */
  public static void write(Checkpoint checkpoint, CoreSupplement supplement, ImageFolder folder)
      throws IOException {
    List<String> demands = demands(checkpoint, supplement);
    if (!demands.isEmpty()) {
      throw new UnsupportedImageException(
          new Finding(CriuRule.DEMANDED, "checkpoint", 0, demands.getFirst()));
    }
    new CriuWriter(checkpoint, supplement, folder).writeAll();
  }

  private void writeAll() throws IOException {
    one("inventory", ImageKind.INVENTORY, inventory());
    one("seccomp", ImageKind.SECCOMP, seccomp.table());
    writeClocks();
    all("pstree", ImageKind.PSTREE, tree());
    writeFiles();
    PagesWriter pages = new PagesWriter(folder, checkpoint.memory(), checkpoint.host().pageShift());
    CoreEncoder cores = new CoreEncoder(seccomp);
    for (ProcessState process : checkpoint.processes()) {
      writeProcess(process, cores, pages);
    }
    writeShared(pages);
    new GhostWriter(checkpoint, numbers, folder).write();
    new QueueWriter(checkpoint, numbers, folder).write();
    all("filelocks", ImageKind.FILELOCKS, LockEncoder.encode(checkpoint));
  }

  private void one(String name, ImageKind kind, MessageLite message) throws IOException {
    EntryWriter.one(folder, name + ".img", kind, message);
  }

  /** Writes an image, unless it would have no entry. */
  private void all(String name, ImageKind kind, List<? extends MessageLite> messages)
      throws IOException {
    if (!messages.isEmpty()) {
      try (EntryWriter image = EntryWriter.create(folder, name + ".img", kind)) {
        for (MessageLite message : messages) {
          image.add(message);
        }
      }
    }
  }

  private static Inventory inventory() {
    return Inventory.newBuilder()
        .setImgVersion(VERSION)
        .setFdinfoPerId(true)
        .setRootIds(TaskEncoder.rootIds())
        .setNsPerId(true)
        .setRootCgSet(CoreEncoder.GROUPS)
        .setLsmType(0)
        .build();
  }

  /** Parents come before their children. */
  private List<PstreeEntry> tree() {
    return TreeOrder.of(checkpoint).stream().map(tasks::row).toList();
  }

  private void writeClocks() throws IOException {
    if (checkpoint.origin().isPresent()
        && checkpoint.origin().get().monotonicNanos().isPresent()
        && checkpoint.origin().get().boottimeNanos().isPresent()) {
      one(
          "timens-0",
          ImageKind.TIMENS,
          TimeNamespace.newBuilder()
              .setMonotonic(time(checkpoint.origin().get().monotonicNanos().getAsLong()))
              .setBoottime(time(checkpoint.origin().get().boottimeNanos().getAsLong()))
              .build());
    }
  }

  private static TimeSpec time(long nanos) {
    return TimeSpec.newBuilder()
        .setTvSec(nanos / TimerEncoder.SECOND)
        .setTvNsec(nanos % TimerEncoder.SECOND)
        .build();
  }

  private void writeFiles() throws IOException {
    FileEncoder files = new FileEncoder(checkpoint, numbers);
    try (EntryWriter image = EntryWriter.create(folder, "files.img", ImageKind.FILES)) {
      for (OpenFile open : checkpoint.descriptions()) {
        image.add(files.open(open));
        if (open.type() == FdType.FIFO) {
          image.add(files.behind(open));
        }
      }
      for (int file : numbers.used()) {
        image.add(files.used(file));
      }
    }
  }

  private void writeProcess(ProcessState process, CoreEncoder cores, PagesWriter pages)
      throws IOException {
    int pid = process.pid();
    one("core-" + pid, ImageKind.CORE, cores.leader(process));
    if (process.state() == RunState.ZOMBIE) {
      return;
    }
    for (ThreadState thread : process.threads().subList(1, process.threads().size())) {
      one("core-" + thread.tid(), ImageKind.CORE, cores.follower(thread));
    }
    one("ids-" + pid, ImageKind.IDS, tasks.ids(process));
    one("fs-" + pid, ImageKind.FS, tasks.directories(process));
    one("mm-" + pid, ImageKind.MM, tasks.memory(process));
    String name = "fdinfo-" + tasks.objects(process) + ".img";
    try (EntryWriter image = EntryWriter.create(folder, name, ImageKind.FDINFO)) {
      for (FdEntry fd : process.fds()) {
        image.add(tasks.descriptor(fd));
      }
    }
    pages.write(
        Integer.toString(pid),
        PagePiece.ofProcess(
            process.vmas(), checkpoint.memory(), supplement, checkpoint.host().pageShift()));
  }

  /** Shared memory by the number of its object. */
  private void writeShared(PagesWriter pages) throws IOException {
    Set<Integer> memfds = MemfdEncoder.all(checkpoint);
    Set<Integer> objects = new TreeSet<>();
    for (ProcessState process : checkpoint.processes()) {
      for (Vma vma : process.vmas()) {
        if (vma.kind() == Vma.Kind.SHM) {
          objects.add(vma.object().orElseThrow());
        }
      }
    }
    all(
        "memfd",
        ImageKind.MEMFD,
        memfds.stream().map(id -> MemfdEncoder.encode(checkpoint, checkpoint.file(id))).toList());
    memfds.forEach(id -> objects.add(checkpoint.file(id).content().orElseThrow()));
    for (int object : objects) {
      MemoryObject.Kind kind = checkpoint.object(object).kind();
      if (kind == MemoryObject.Kind.SHARED || kind == MemoryObject.Kind.MEMFD) {
        pages.write("shmem-" + object, PagePiece.ofObject(object, checkpoint.memory()));
      }
    }
  }
}
