package org.ckimg.restorer.apply;

import java.io.IOException;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.Sys;

/**
 * Files in the process that is built, opened again from the descriptors that were audited or from
 * what was made anew: the kernel checks the final rights, and no name is looked up.
 */
final class MappedFiles {
  private final Construction construction;
  private int openFile;
  private boolean openWritable;
  private int openFd = -1;

  MappedFiles(Construction construction) {
    this.construction = construction;
  }

  /** A descriptor of this file; mappings of one file follow each other, so one is kept. */
  int open(int file, boolean writable) throws IOException {
    if (openFd >= 0 && openFile == file && openWritable == writable) {
      return openFd;
    }
    closeAll();
    openFd = reopen(file, writable ? FileCalls.O_RDWR : FileCalls.O_RDONLY);
    openFile = file;
    openWritable = writable;
    return openFd;
  }

  /** A read-only descriptor that the caller closes. */
  int openFresh(int file) throws IOException {
    return reopen(file, FileCalls.O_RDONLY);
  }

  private int reopen(int file, int access) throws IOException {
    return RemoteFiles.reopen(
        construction,
        construction.source(file),
        access,
        construction.checkpoint().file(file).path());
  }

  void closeAll() throws IOException {
    if (openFd >= 0) {
      construction.call(Sys.CLOSE, openFd);
      openFd = -1;
    }
  }
}
