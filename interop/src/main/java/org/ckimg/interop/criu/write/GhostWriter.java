package org.ckimg.interop.criu.write;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.interop.criu.FileKind;
import org.ckimg.interop.criu.ImageKind;
import org.ckimg.interop.criu.proto.GhostFile;
import org.ckimg.interop.criu.proto.RemapPath;
import org.ckimg.interop.criu.proto.TimeValue;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;

/** Files that no path leads to any more, with what is in them. */
final class GhostWriter {
  private static final int GHOST = 1;
  private static final long MICRO = 1_000;
  private static final int MINOR_BITS = 20;
  private static final long SECOND = 1_000_000_000;

  private final Checkpoint checkpoint;
  private final FileNumbers numbers;
  private final ImageFolder folder;
  private final ObjectCopy copy;

  GhostWriter(Checkpoint checkpoint, FileNumbers numbers, ImageFolder folder) {
    this.checkpoint = checkpoint;
    this.numbers = numbers;
    this.folder = folder;
    this.copy = new ObjectCopy(checkpoint);
  }

  static boolean isGhost(Checkpoint checkpoint, FileFacts file) {
    return file.deleted() && !MemfdEncoder.isMemfd(checkpoint, file);
  }

  /** Writes what was deleted, and which files of the set it is. */
  void write() throws IOException {
    List<RemapPath> remaps = new ArrayList<>();
    for (int file : numbers.used()) {
      remap(numbers.used(file), file, remaps);
    }
    for (OpenFile open : checkpoint.descriptions()) {
      if (FileEncoder.kind(open.type()) == FileKind.REG) {
        remap(numbers.description(open.id()), open.file().orElseThrow(), remaps);
      } else if (open.type() == FdType.FIFO) {
        remap(numbers.behind(open.id()), open.file().orElseThrow(), remaps);
      }
    }
    if (!remaps.isEmpty()) {
      try (EntryWriter table =
          EntryWriter.create(folder, "remap-fpath.img", ImageKind.REMAP_FPATH)) {
        for (RemapPath remap : remaps) {
          table.add(remap);
        }
      }
    }
    for (int ghost : remaps.stream().map(RemapPath::getRemapId).distinct().toList()) {
      writeGhost(checkpoint.file(ghost));
    }
  }

  private void remap(int number, int file, List<RemapPath> remaps) {
    if (isGhost(checkpoint, checkpoint.file(file))) {
      remaps.add(
          RemapPath.newBuilder().setOrigId(number).setRemapId(file).setRemapType(GHOST).build());
    }
  }

  private void writeGhost(FileFacts file) throws IOException {
    FileFacts.Owner owner = file.status().owner().orElseThrow();
    TimeValue modified = time(file.status().mtimeNanos().orElseThrow());
    GhostFile.Builder ghost =
        GhostFile.newBuilder()
            .setUid(owner.uid())
            .setGid(owner.gid())
            .setMode(file.mode().orElseThrow())
            .setMtim(modified)
            .setAtim(modified);
    file.inode().ifPresent(inode -> ghost.setDev(device(inode.device())).setIno(inode.number()));
    String name = "ghost-file-" + Integer.toHexString(file.id()) + ".img";
    try (EntryWriter image = EntryWriter.create(folder, name, ImageKind.GHOST_FILE)) {
      image.add(ghost.build());
      if (file.content().isPresent()) {
        copy.all(file.content().getAsInt(), image);
      }
    }
  }

  private static TimeValue time(long nanos) {
    return TimeValue.newBuilder().setSec(nanos / SECOND).setUsec(nanos % SECOND / MICRO).build();
  }

  /** As the kernel itself encodes it. */
  private static int device(long device) {
    return (int) (device >>> Integer.SIZE) << MINOR_BITS | (int) device;
  }
}
