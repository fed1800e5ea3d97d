package org.ckimg.restorer.gather;

import java.util.Optional;
import org.ckimg.linux.sys.FileCalls.FileHandle;
import org.ckimg.linux.sys.FileCalls.FileStatus;
import org.ckimg.linux.sys.FileCalls.FilesystemStatus;

/**
 * A file of the image as it is on this host: an O_PATH descriptor and what was read from it.
 *
 * @param fd the descriptor, which is what the program will get
 * @param readable true when the program's own ids may read it
 * @param writable true when the program's own ids may write it
 * @param executable true when the program's own ids may execute it
 */
public record OpenedFile(
    int fd,
    FileStatus status,
    FilesystemStatus filesystem,
    Optional<FileHandle> handle,
    boolean readable,
    boolean writable,
    boolean executable) {}
