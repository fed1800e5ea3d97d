package org.ckimg.interop.dragonfly;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;

/**
 * A {@code fhandle_t}: which file on which file system, for that system alone. It is all that a
 * checkpoint says of a file.
 *
 * @param bytes all 28 of them
 */
record FileHandle(Bytes bytes) {
  static final int BYTES = 28;

  private static final int FILE_AT = 8;
  private static final Bytes ZERO = Bytes.of(new byte[BYTES - FILE_AT]);

  static FileHandle read(ByteBuffer from, int at) {
    byte[] bytes = new byte[BYTES];
    from.get(at, bytes);
    return new FileHandle(Bytes.of(bytes));
  }

  /** False where the file system had no handles, and the kernel wrote zeroes. */
  boolean isKnown() {
    return !bytes.slice(FILE_AT, BYTES).equals(ZERO);
  }

  private int word(int index) {
    int value = 0;
    for (int i = 3; i >= 0; i--) {
      value = value << 8 | bytes.at(4 * index + i) & 0xff;
    }
    return value;
  }

  /** Both words of the file system's id. */
  String fileSystem() {
    return "%08x.%08x".formatted(word(0), word(1));
  }

  /** Length, extension and what the file system makes of the rest. */
  String file() {
    return HexFormat.of().formatHex(bytes.slice(FILE_AT, BYTES).toArray());
  }

  FileFacts facts(int id) {
    return new FileFacts(
        id,
        Bytes.utf8(isKnown() ? "handle:[%s %s]".formatted(fileSystem(), file()) : "handle:[none]"),
        Optional.empty(),
        FileFacts.Status.UNKNOWN,
        OptionalLong.empty(),
        OptionalLong.of(Integer.toUnsignedLong(word(0)) | (long) word(1) << 32),
        isKnown() ? Optional.of(new FileFacts.Handle(0, bytes)) : Optional.empty(),
        OptionalInt.empty(),
        false,
        OptionalInt.empty(),
        Optional.empty());
  }
}
