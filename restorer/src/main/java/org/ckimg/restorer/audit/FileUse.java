package org.ckimg.restorer.audit;

import java.util.HashMap;
import java.util.Map;
import org.ckimg.linux.sys.FileCalls;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;

/** What a program relies on in a file, the strictest of its uses. */
public enum FileUse {
  /** Only that it is the same one: a directory, a device. */
  IDENTITY,
  /** It is only added to at the end. */
  APPENDED,
  /** It is read, mapped or written in place: not a byte may differ. */
  EXACT;

  /** The use of every file that is used, by file id. */
  static Map<Integer, FileUse> of(Checkpoint checkpoint, ProcessState process) {
    Map<Integer, FileUse> uses = new HashMap<>();
    process.cwd().ifPresent(file -> add(uses, file, IDENTITY));
    process.root().ifPresent(file -> add(uses, file, IDENTITY));
    process.exe().ifPresent(file -> add(uses, file, EXACT));
    for (Vma vma : process.vmas()) {
      vma.file().ifPresent(file -> add(uses, file, EXACT));
    }
    for (OpenFile description : checkpoint.descriptions()) {
      description.file().ifPresent(id -> add(uses, id, of(description, checkpoint.file(id))));
    }
    return uses;
  }

  private static void add(Map<Integer, FileUse> uses, int file, FileUse use) {
    uses.merge(file, use, (a, b) -> a.compareTo(b) >= 0 ? a : b);
  }

  private static FileUse of(OpenFile description, FileFacts file) {
    return switch (description.type()) {
      case REGULAR -> regular(description, file);
      default -> IDENTITY;
    };
  }

  private static FileUse regular(OpenFile description, FileFacts file) {
    boolean writes = (description.flags() & FileCalls.O_ACCMODE) != FileCalls.O_RDONLY;
    boolean appends = (description.flags() & FileCalls.O_APPEND) != 0;
    boolean atEnd =
        file.status().isPresent()
            && description.position().isPresent()
            && description.position().getAsLong() == file.status().get().length();
    return writes && (appends || atEnd) ? APPENDED : EXACT;
  }
}
