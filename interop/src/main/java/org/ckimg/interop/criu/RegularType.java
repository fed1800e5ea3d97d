package org.ckimg.interop.criu;

import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.spec.model.FdType;

/** What is at a path: directories and devices are regular files to CRIU. */
final class RegularType {
  private static final int O_DIRECTORY = 0200000;
  private static final int TYPE_MASK = 0170000;
  private static final int DIRECTORY = 0040000;
  private static final int CHARACTER = 0020000;
  private static final int REGULAR = 0100000;
  private static final int FIFO = 0010000;

  private RegularType() {}

  /** The type by the mode; old sets have only the flags that it was opened with. */
  static FdType of(RegFile file) {
    if (!file.hasMode()) {
      return (file.getFlags() & O_DIRECTORY) != 0 ? FdType.DIRECTORY : FdType.REGULAR;
    }
    return ofMode(file.getMode());
  }

  /** The type that st_mode says, inode(7). */
  static FdType ofMode(int mode) {
    return switch (mode & TYPE_MASK) {
      case REGULAR -> FdType.REGULAR;
      case DIRECTORY -> FdType.DIRECTORY;
      case CHARACTER -> FdType.CHARACTER;
      case FIFO -> FdType.FIFO;
      default -> FdType.OTHER;
    };
  }
}
