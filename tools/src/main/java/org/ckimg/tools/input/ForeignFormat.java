package org.ckimg.tools.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.HexFormat;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.UnsupportedImageException;

/** Recognises, by content, what is a checkpoint and no ckimg image, to say so in plain words. */
final class ForeignFormat {
  private static final byte[] ELF = HexFormat.of().parseHex("7f454c46");

  private ForeignFormat() {}

  /** Says that a directory is no image. */
  static UnsupportedImageException directory() {
    return unsupported(
        "a directory without a CRIU image set, container checkpoint or OCI layout of one");
  }

  /** Says what a command needs that knows only ckimg's own format. */
  static UnsupportedImageException convertible(String format) {
    return unsupported(
        "a %s image; `ckimg convert` makes a .ckimg of it, which this command takes"
            .formatted(format));
  }

  /** Refuses a file that is of no format in which there are images. */
  static void refuseFile(FileChannel file) throws IOException {
    ByteBuffer head = ByteBuffer.allocate(ELF.length);
    while (head.hasRemaining() && file.read(head, head.position()) >= 0) {
      continue;
    }
    if (Arrays.equals(head.array(), ELF)) {
      throw unsupported("an ELF file and no core");
    }
  }

  private static UnsupportedImageException unsupported(String what) {
    return new UnsupportedImageException(new Finding(Rule.HDR_02, "header", 0, "this is " + what));
  }
}
