package org.ckimg.tools.convert;

import java.util.Locale;
import java.util.Optional;

/** What {@code ckimg convert} writes. */
public enum TargetFormat {
  CKIMG,
  CORE,
  CRIU;

  /** By the end of a file's name; {@code core} and {@code core.123} are what kernels write. */
  public static Optional<TargetFormat> ofName(String file) {
    if (file.endsWith(".ckimg")) {
      return Optional.of(CKIMG);
    }
    return file.endsWith(".core") || file.matches("core([.][0-9]+)?")
        ? Optional.of(CORE)
        : Optional.empty();
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
