package org.ckimg.interop.criu.write;

import com.google.protobuf.MessageLite;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.interop.criu.ImageKind;
import org.ckimg.interop.criu.proto.GhostFile;
import org.ckimg.interop.criu.proto.PipeData;
import org.ckimg.interop.criu.proto.RemapPath;
import org.ckimg.interop.criu.proto.TimeValue;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.PipeState;

/** Bytes that no file has any more, or no file ever had: of deleted files, and in pipes. */
final class ContentWriter {
  private static final int CHUNK_BYTES = 1 << 18;
  private static final int GHOST = 1;
  private static final long MICRO = 1_000;
  private static final int MINOR_BITS = 20;
  private static final long SECOND = 1_000_000_000;

  private final Checkpoint checkpoint;
  private final FileNumbers numbers;
  private final ImageFolder folder;
  private final int pageShift;

  ContentWriter(Checkpoint checkpoint, FileNumbers numbers, ImageFolder folder) {
    this.checkpoint = checkpoint;
    this.numbers = numbers;
    this.folder = folder;
    this.pageShift = checkpoint.host().pageShift();
  }

  static boolean isGhost(Checkpoint checkpoint, FileFacts file) {
    return file.deleted() && !MemfdEncoder.isMemfd(checkpoint, file);
  }

  /** Writes what was deleted, and which files of the set it is. */
  void writeGhosts() throws IOException {
    List<RemapPath> remaps = new ArrayList<>();
    for (int file : numbers.used()) {
      remap(numbers.used(file), file, remaps);
    }
    for (OpenFile open : checkpoint.descriptions()) {
      if (open.type() == FdType.REGULAR) {
        remap(numbers.description(open.id()), open.file().orElseThrow(), remaps);
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
      copy(file.content().orElseThrow(), image);
    }
  }

  private static TimeValue time(long nanos) {
    return TimeValue.newBuilder().setSec(nanos / SECOND).setUsec(nanos % SECOND / MICRO).build();
  }

  /** As the kernel itself encodes it. */
  private static int device(long device) {
    return (int) (device >>> Integer.SIZE) << MINOR_BITS | (int) device;
  }

  /** Writes capacity and content of pipes and FIFOs. */
  void writePipes() throws IOException {
    writePipes("pipes-data.img", ImageKind.PIPES_DATA, FdType.PIPE);
    writePipes("fifo-data.img", ImageKind.FIFO_DATA, FdType.FIFO);
  }

  private void writePipes(String name, ImageKind kind, FdType type) throws IOException {
    Set<Integer> open =
        checkpoint.descriptions().stream()
            .filter(description -> description.type() == type)
            .map(description -> description.file().orElseThrow())
            .collect(Collectors.toSet());
    List<PipeState> pipes =
        checkpoint.pipes().stream()
            .filter(pipe -> pipe.queue().isPresent() || pipe.capacity().isPresent())
            .filter(pipe -> open.contains(pipe.file()))
            .toList();
    if (!pipes.isEmpty()) {
      try (EntryWriter image = EntryWriter.create(folder, name, kind)) {
        for (PipeState pipe : pipes) {
          image.add(data(pipe));
          if (pipe.queue().isPresent()) {
            copy(pipe.queue().getAsInt(), image);
          }
        }
      }
    }
  }

  private MessageLite data(PipeState pipe) {
    PipeData.Builder data =
        PipeData.newBuilder()
            .setPipeId(pipe.file())
            .setBytes(
                pipe.queue().isPresent()
                    ? (int) checkpoint.object(pipe.queue().getAsInt()).length()
                    : 0);
    pipe.capacity().ifPresent(data::setSize);
    return data.build();
  }

  /** Copies an object; a page that it has not is zero. */
  private void copy(int object, EntryWriter into) throws IOException {
    long length = checkpoint.object(object).length();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment chunk = arena.allocate(CHUNK_BYTES, 1L << pageShift);
      for (long at = 0; at < length; at += CHUNK_BYTES) {
        long count = Math.min(CHUNK_BYTES, length - at);
        fill(object, at >>> pageShift, count + (1L << pageShift) - 1 >>> pageShift, chunk);
        into.raw(chunk.asSlice(0, count).asByteBuffer());
      }
    }
  }

  private void fill(int object, long first, long count, MemorySegment chunk) throws IOException {
    chunk.fill((byte) 0);
    PageRuns runs = checkpoint.memory().pages(object);
    for (int run = Math.max(0, runs.floor(first)); run < runs.size(); run++) {
      long from = Math.max(first, runs.first(run));
      long to = Math.min(first + count, runs.end(run));
      if (from >= first + count) {
        return;
      }
      if (from < to) {
        checkpoint
            .memory()
            .read(object, from, (int) (to - from), chunk.asSlice(from - first << pageShift));
      }
    }
  }
}
