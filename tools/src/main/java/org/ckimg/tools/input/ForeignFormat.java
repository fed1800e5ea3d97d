package org.ckimg.tools.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.UnsupportedImageException;

/** Recognises, by content, what is a checkpoint and no ckimg image, to say so in plain words. */
final class ForeignFormat {
  private static final int TAR_MAGIC_OFFSET = 257;

  /** Bytes at an offset that give a format away. */
  private record Mark(String format, int offset, byte[] bytes) {
    static Mark of(String format, int offset, String hex) {
      return new Mark(format, offset, HexFormat.of().parseHex(hex));
    }

    boolean isIn(byte[] head) {
      int end = offset + bytes.length;
      return head.length >= end && Arrays.equals(head, offset, end, bytes, 0, bytes.length);
    }
  }

  private static final List<Mark> MARKS =
      List.of(
          Mark.of("an ELF file and no core", 0, "7f454c46"),
          Mark.of("a tar archive, perhaps a container checkpoint", TAR_MAGIC_OFFSET, "7573746172"),
          Mark.of("gzip data, perhaps a container checkpoint", 0, "1f8b"),
          Mark.of("Zstandard data, perhaps a container checkpoint", 0, "28b52ffd"),
          Mark.of("xz data, perhaps a container checkpoint", 0, "fd377a585a00"),
          Mark.of("bzip2 data, perhaps a container checkpoint", 0, "425a68"));

  private ForeignFormat() {}

  /** Says that a directory is no image. */
  static UnsupportedImageException directory() {
    return unsupported("a directory without a CRIU image set");
  }

  /** Says what a command needs that knows only ckimg's own format. */
  static UnsupportedImageException convertible(String format) {
    return unsupported(
        "a %s image; `ckimg convert` makes a .ckimg of it, which this command takes"
            .formatted(format));
  }

  /** Refuses a file of another format that is known. */
  static void refuseFile(FileChannel file) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(TAR_MAGIC_OFFSET + Long.BYTES);
    while (head.hasRemaining() && file.read(head, head.position()) >= 0) {
      continue;
    }
    byte[] bytes = Arrays.copyOf(head.array(), head.position());
    Optional<Mark> mark = MARKS.stream().filter(m -> m.isIn(bytes)).findFirst();
    if (mark.isPresent()) {
      throw unsupported(mark.get().format);
    }
  }

  private static UnsupportedImageException unsupported(String what) {
    return new UnsupportedImageException(new Finding(Rule.HDR_02, "header", 0, "this is " + what));
  }
}
