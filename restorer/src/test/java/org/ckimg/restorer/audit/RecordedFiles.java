package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ckimg.linux.sys.FileCalls.FileHandle;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.FileCalls.FilesystemStatus;
import org.ckimg.restorer.gather.FileLookup;
import org.ckimg.restorer.gather.HostFacts.MappedRange;
import org.ckimg.restorer.gather.OpenedFile;
import org.ckimg.restorer.tree.MemoryFiles;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** The files of an image as they were when it was made; of what it does not say, anything. */
final class RecordedFiles {
  private static final int FOLDER = 0040755;
  private static final long EXT4 = 0xef53;

  private RecordedFiles() {}

  /** What comes of looking for a file. */
  static FileLookup lookup(FileFacts file) {
    if (!file.path().toString().startsWith("/") || MemoryFiles.isNamed(file)) {
      return new FileLookup.NotLookedFor();
    }
    return file.deleted()
        ? new FileLookup.Nameless(opened(file, FOLDER))
        : new FileLookup.Found(opened(file, file.mode().orElse(FOLDER)), Optional.empty());
  }

  private static OpenedFile opened(FileFacts file, int mode) {
    return new OpenedFile(
        -1,
        status(file, mode),
        new FilesystemStatus(file.filesystem().orElse(EXT4), file.filesystemId().orElse(0), 0),
        file.handle().map(handle -> new FileHandle(handle.type(), handle.bytes().toArray())),
        true,
        true,
        true,
        file.buildId());
  }

  private static FileStatus status(FileFacts file, int mode) {
    FileFacts.Status status = file.status();
    return new FileStatus(
        mode,
        status.links().orElse(1),
        status.owner().map(FileFacts.Owner::uid).orElse(0),
        status.owner().map(FileFacts.Owner::gid).orElse(0),
        file.inode().map(FileFacts.Inode::device).orElse(0L),
        file.inode().map(FileFacts.Inode::number).orElse(0L),
        status.rdev().orElse(0),
        status.length().orElse(0),
        status.mtimeNanos().orElse(0),
        status.ctimeNanos().orElse(0),
        status.btimeNanos());
  }

  /** Every mapped range that the image proves. */
  static Map<MappedRange, Digest> ranges(Checkpoint checkpoint) {
    Map<MappedRange, Digest> ranges = new HashMap<>();
    for (ProcessState process : checkpoint.processes()) {
      List<Vma> vmas = process.vmas();
      IntStream.range(0, vmas.size())
          .forEach(index ->
              vmas.get(index)
                  .digest()
                  .ifPresent(digest -> ranges.put(new MappedRange(process.pid(), index), digest)));
    }
    return ranges;
  }
}
