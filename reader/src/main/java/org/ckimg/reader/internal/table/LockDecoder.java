package org.ckimg.reader.internal.table;

import java.util.OptionalInt;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FileLock;

final class LockDecoder {
  private static final int EXCLUSIVE = 2;

  private LockDecoder() {}

  static FileLock decode(CkimgImage.Lock r) {
    int description = (int) r.description();
    return new FileLock(
        FileLock.Kind.values()[r.kind() - 1],
        (int) r.file(),
        description == 0 ? OptionalInt.empty() : OptionalInt.of(description),
        r.mode() == EXCLUSIVE,
        r.start(),
        r.length());
  }
}
