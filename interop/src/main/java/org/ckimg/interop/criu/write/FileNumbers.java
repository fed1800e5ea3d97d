package org.ckimg.interop.criu.write;

import java.util.Set;
import java.util.TreeSet;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/**
 * Numbers of files in {@code files.img}: first those of open file descriptions, then those of files
 * that are mapped, run or a directory of a process, then those that name the file behind a FIFO or
 * a terminal.
 */
final class FileNumbers {
  private final Checkpoint checkpoint;

  FileNumbers(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
  }

  /** Of an open file description. */
  int description(int id) {
    return id;
  }

  /** Of the socket that is open. */
  int inode(int description) {
    return description;
  }

  /** Of a file that a process uses without having it open. */
  int used(int file) {
    return checkpoint.descriptions().size() + file;
  }

  /** Of the file that a FIFO or terminal is opened by. */
  int behind(int description) {
    return checkpoint.descriptions().size() + checkpoint.files().size() + description;
  }

  /** Ids of files that a process uses without having them open. */
  Set<Integer> used() {
    Set<Integer> used = new TreeSet<>();
    for (ProcessState process : checkpoint.processes()) {
      process.exe().ifPresent(used::add);
      process.cwd().ifPresent(used::add);
      process.root().ifPresent(used::add);
      for (Vma vma : process.vmas()) {
        if (vma.kind() == Vma.Kind.FILE || vma.kind() == Vma.Kind.MEMFD) {
          vma.file().ifPresent(used::add);
        }
      }
    }
    return used;
  }

  FileFacts file(int id) {
    return checkpoint.file(id);
  }
}
