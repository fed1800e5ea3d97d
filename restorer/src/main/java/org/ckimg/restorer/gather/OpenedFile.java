package org.ckimg.restorer.gather;

import java.util.Optional;
import org.ckimg.linux.sys.FileCalls.FileHandle;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.FileCalls.FilesystemStatus;

/**
 * A file of the image as it is on this host: an O_PATH descriptor and what was read from it.
 *
 * @param fd the descriptor, which is what the program will get
 * @param readable true when all who open it may read it with their own ids
 * @param writable true when they may write it
 * @param executable true when they may execute it
 */
public record OpenedFile(
    int fd,
    FileStatus status,
    FilesystemStatus filesystem,
    Optional<FileHandle> handle,
    boolean readable,
    boolean writable,
    boolean executable) {
  /** True for a regular file of a disk: reading it does nothing but read. */
  public boolean isData() {
    return status.isRegular() && KernelFilesystems.name(filesystem.type()).isEmpty();
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
        executable && other.executable);
  }
}
