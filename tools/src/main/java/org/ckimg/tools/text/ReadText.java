package org.ckimg.tools.text;

import java.util.List;
import org.ckimg.tools.mem.MemoryRead;

/** Bytes of memory as hexdump(1) -C shows them; what is not known is said. */
public final class ReadText {
  private static final int ROW = 16;

  private ReadText() {}

  /** Prints pieces that follow each other. */
  public static void print(List<MemoryRead> pieces, Paper paper) {
    String owner = "";
    for (MemoryRead piece : pieces) {
      if (!piece.mapping().equals(owner)) {
        owner = piece.mapping();
        paper.heading(owner);
      }
      print(piece, paper);
    }
  }

  private static void print(MemoryRead piece, Paper paper) {
    if (piece.bytes().isEmpty()) {
      paper.line(
          "%016x  %s: %s"
              .formatted(piece.address(), Human.count(piece.length(), "byte"), piece.why()));
      return;
    }
    byte[] bytes = piece.bytes().get();
    for (int at = 0; at < bytes.length; at += ROW) {
      int count = Math.min(ROW, bytes.length - at);
      String row = HexDump.row(bytes, at, count);
      paper.line("%016x  %s".formatted(piece.address() + at, row));
    }
  }
}
