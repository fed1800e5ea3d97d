package org.ckimg.restorer.gather;

import java.util.Optional;
import org.ckimg.linux.proc.BuildId;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.FileCalls.FileHandle;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.FileCalls.FilesystemStatus;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;

/**
 * A file of the image as it is on this host: an O_PATH descriptor and what was read from it.
 *
 * @param fd the descriptor, which is what the program will get
 * @param readable true when all who open it may read it with their own ids
 * @param writable true when they may write it
 * @param executable true when they may execute it
 * @param buildId of an ELF file that the image says the build of; empty where it has none, or may
 *     not be read
 */
public record OpenedFile(
    int fd,
    FileStatus status,
    FilesystemStatus filesystem,
    Optional<FileHandle> handle,
    boolean readable,
    boolean writable,
    boolean executable,
    Optional<Bytes> buildId) {
  /** True for a regular file of a disk: reading it does nothing but read. */
  public boolean isData() {
    return status.isRegular() && KernelFilesystems.name(filesystem.type()).isEmpty();
  }

  /** The same file with the build that it is read to be. */
  OpenedFile withBuildId() throws SyscallException {
    int data = FileCalls.open("/proc/self/fd/" + fd, RangeDigests.READING);
    try {
      Optional<Bytes> id = BuildId.read(data).map(Bytes::of);
      return new OpenedFile(fd, status, filesystem, handle, readable, writable, executable, id);
    } finally {
      FileCalls.close(data);
    }
  }

  /** The same file for two who look at it: with the rights that both have. */
  OpenedFile and(OpenedFile other) {
    return new OpenedFile(
        fd,
        status,
        filesystem,
        handle,
        readable && other.readable,
        writable && other.writable,
        executable && other.executable,
        buildId.or(other::buildId));
  }
}
