package org.ckimg.tools.keys;

import java.nio.file.Path;
import org.ckimg.spec.model.Bytes;

/** A file that cannot be used as the key that it was named as. */
public final class KeyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  KeyException(Path file, String what) {
    super(Bytes.utf8(file.toString()) + " " + what);
  }
}
