package org.ckimg.restorer.audit;

import org.ckimg.spec.model.FileFacts;

/** How much an image knows of a file. */
final class FileEvidence {
  private FileEvidence() {}

  /** Where it lies, what it is, and since when it is as it is. */
  static boolean isFull(FileFacts file) {
    FileFacts.Status status = file.status();
    return file.inode().isPresent()
        && status.mode().isPresent()
        && status.length().isPresent()
        && status.mtimeNanos().isPresent()
        && status.ctimeNanos().isPresent();
  }

  /** Only what any other file may be too: its kind, and its size where its content matters. */
  static boolean isWeak(FileFacts file, FileUse use) {
    return !isFull(file)
        && file.mode().isPresent()
        && (use == FileUse.IDENTITY || file.length().isPresent());
  }
}
