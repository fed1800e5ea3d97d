package org.ckimg.restorer.audit;

import org.ckimg.linux.sys.FileCalls;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;

/** What a program relies on in a file, the strictest of its uses. */
public enum FileUse {
  /** Only that it is the same one: a directory, a device. */
  IDENTITY,
  /** It is only added to at the end. */
  APPENDED,
  /** It is read, mapped or written in place: not a byte may differ. */
  EXACT;

  /** Of what a description does with its file. */
  static FileUse of(OpenFile description, FileFacts file) {
    return switch (description.type()) {
      case REGULAR -> regular(description, file);
      default -> IDENTITY;
    };
  }

  private static FileUse regular(OpenFile description, FileFacts file) {
    boolean writes = (description.flags() & FileCalls.O_ACCMODE) != FileCalls.O_RDONLY;
    boolean appends = (description.flags() & FileCalls.O_APPEND) != 0;
    boolean atEnd = file.length().isPresent() && description.position().equals(file.length());
    return writes && (appends || atEnd) ? APPENDED : EXACT;
  }
}
