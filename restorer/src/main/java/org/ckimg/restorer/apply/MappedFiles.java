package org.ckimg.restorer.apply;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.linux.sys.Sys;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/**
 * Files in the process that is built, opened again from the descriptors that were audited: the
 * kernel checks the final rights, and no name is looked up.
 */
final class MappedFiles {
  private static final int MFD_CLOEXEC = 1;
  private static final int CHUNK = 1 << 20;

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
    openFd =
        construction.inheritance().hasFile(file)
            ? reopen(file, writable ? FileCalls.O_RDWR : FileCalls.O_RDONLY)
            : fromContent(file);
    openFile = file;
    openWritable = writable;
    return openFd;
  }

  /** A read-only descriptor that the caller closes. */
  int openFresh(int file) throws IOException {
    return reopen(file, FileCalls.O_RDONLY);
  }

  private int reopen(int file, int access) throws IOException {
    int audited = construction.inheritance().file(file);
    return RemoteFiles.reopen(
        construction, audited, access, construction.checkpoint().file(file).path());
  }

  /** The file is gone; a small one that was mapped for writing comes back as a memory file. */
  private int fromContent(int file) throws IOException {
    FileFacts facts = construction.checkpoint().file(file);
    int object =
        facts
            .content()
            .orElseThrow(
                () -> new IOException(facts.path() + " was not opened and has no content"));
    long name = construction.workbench().putString("restored".getBytes(StandardCharsets.US_ASCII));
    int fd =
        (int)
            construction.check(
                "memfd_create", facts.path().toString(), Sys.MEMFD_CREATE, name, MFD_CLOEXEC);
    writeContent(construction, fd, object);
    return fd;
  }

  /** Writes an object into a file that the process has open; its offset stays. */
  static void writeContent(Construction construction, int remoteFd, int object) throws IOException {
    MemoryObject content = construction.checkpoint().object(object);
    int shift = construction.checkpoint().host().pageShift();
    int pidfd = ProcessCalls.openPidfd(construction.pid());
    int fd = ProcessCalls.getFd(pidfd, remoteFd);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(CHUNK, 4096);
      construction.check(
          "ftruncate", content.length() + " bytes", Sys.FTRUNCATE, remoteFd, content.length());
      PageRuns runs = construction.checkpoint().memory().pages(object);
      for (int run = 0; run < runs.size(); run++) {
        for (long page = runs.first(run); page < runs.end(run); ) {
          int count = (int) Math.min(runs.end(run) - page, CHUNK >> shift);
          construction.checkpoint().memory().read(object, page, count, buffer);
          long start = page << shift;
          long length = Math.min((long) count << shift, content.length() - start);
          for (long done = 0; done < length; ) {
            done += FileCalls.pwrite(fd, buffer.asSlice(done, length - done), start + done);
          }
          page += count;
        }
      }
    } finally {
      FileCalls.close(fd);
      FileCalls.close(pidfd);
    }
  }

  void closeAll() throws IOException {
    if (openFd >= 0) {
      construction.call(Sys.CLOSE, openFd);
      openFd = -1;
    }
  }
}
