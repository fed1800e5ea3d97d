package org.ckimg.interop.criu.write;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.interop.criu.proto.FdinfoEntry;
import org.ckimg.interop.criu.proto.FsEntry;
import org.ckimg.interop.criu.proto.MmEntry;
import org.ckimg.interop.criu.proto.ObjectIds;
import org.ckimg.interop.criu.proto.PstreeEntry;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.MemoryLayout;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.RunState;
import org.ckimg.spec.model.ThreadState;

/** What is of a process as a whole. */
final class TaskEncoder {
  private static final int FD_CLOEXEC = 1;
  private static final int AT_NULL = 0;

  /** The network namespace of whoever restores. */
  static final int NETWORK = 2;

  /** Numbers of the shared objects of whoever restores; those of processes come behind. */
  private static final int RESTORER = 1;

  private final Checkpoint checkpoint;
  private final FileNumbers numbers;
  private final VmaEncoder vmas;

  /** Index of each process that lives, in the order of the tree, by pid. */
  private final Map<Integer, Integer> indexes = new HashMap<>();

  TaskEncoder(Checkpoint checkpoint, FileNumbers numbers) {
    this.checkpoint = checkpoint;
    this.numbers = numbers;
    this.vmas = new VmaEncoder(numbers, checkpoint.host().pageShift());
    int living = 0;
    for (ProcessState process : TreeOrder.of(checkpoint)) {
      indexes.put(process.pid(), process.state() == RunState.ZOMBIE ? 0 : living++);
    }
  }

  /** A row of the tree; the parent of the first process is not in the set. */
  PstreeEntry row(ProcessState process) {
    int parent = process.ids().parent().orElse(0);
    return PstreeEntry.newBuilder()
        .setPid(process.pid())
        .setPpid(indexes.containsKey(parent) ? parent : 0)
        .setPgid(process.ids().group().orElseThrow())
        .setSid(process.ids().session().orElseThrow())
        .addAllThreads(
            process.state() == RunState.ZOMBIE
                ? List.of(process.pid())
                : process.threads().stream().map(ThreadState::tid).toList())
        .build();
  }

  /** Number of a process's table of descriptors, and of all that it shares with nobody. */
  int objects(ProcessState process) {
    return RESTORER + 1 + indexes.get(process.pid());
  }

  /** The namespaces are those of whoever restores. */
  ObjectIds ids(ProcessState process) {
    return ids(objects(process));
  }

  static ObjectIds rootIds() {
    return ids(RESTORER);
  }

  private static ObjectIds ids(int own) {
    return ObjectIds.newBuilder()
        .setVmId(own)
        .setFilesId(own)
        .setFsId(own)
        .setSighandId(own)
        .setPidNsId(1)
        .setNetNsId(NETWORK)
        .setIpcNsId(3)
        .setUtsNsId(4)
        .setTimeNsId(5)
        .setMntNsId(6)
        .setUserNsId(7)
        .setCgroupNsId(8)
        .build();
  }

  FsEntry directories(ProcessState process) {
    FsEntry.Builder fs =
        FsEntry.newBuilder()
            .setCwdId(numbers.used(process.cwd().orElseThrow()))
            .setRootId(numbers.used(process.root().orElseThrow()));
    process.umask().ifPresent(fs::setUmask);
    return fs.build();
  }

  FdinfoEntry descriptor(FdEntry fd) {
    int description = fd.description();
    return FdinfoEntry.newBuilder()
        .setId(numbers.description(description))
        .setFlags(fd.closeOnExec() ? FD_CLOEXEC : 0)
        .setType(FileEncoder.kind(checkpoint.description(description).type()).number())
        .setFd(fd.number())
        .build();
  }

  MmEntry memory(ProcessState process) {
    MemoryLayout layout = process.layout().orElseThrow();
    MmEntry.Builder mm =
        MmEntry.newBuilder()
            .setStartCode(layout.startCode())
            .setEndCode(layout.endCode())
            .setStartData(layout.startData())
            .setEndData(layout.endData())
            .setStartStack(layout.startStack())
            .setStartBrk(layout.startBrk())
            .setBrk(layout.brk())
            .setArgStart(layout.argStart())
            .setArgEnd(layout.argEnd())
            .setEnvStart(layout.envStart())
            .setEnvEnd(layout.envEnd())
            .setExeFileId(numbers.used(process.exe().orElseThrow()))
            .addAllVmas(vmas.encode(process.vmas()));
    addVector(process.auxv().orElseThrow(), mm);
    process.attributes().dumpable().ifPresent(mm::setDumpable);
    process.attributes().hugePagesDisabled().ifPresent(mm::setThpDisabled);
    return mm.build();
  }

  /** Without the pair at its end, which CRIU has no room for: the kernel adds it again. */
  private static void addVector(Bytes auxv, MmEntry.Builder mm) {
    ByteBuffer words = ByteBuffer.wrap(auxv.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    while (words.remaining() >= 2 * Long.BYTES) {
      long type = words.getLong();
      if (type == AT_NULL) {
        return;
      }
      mm.addSavedAuxv(type).addSavedAuxv(words.getLong());
    }
  }
}
