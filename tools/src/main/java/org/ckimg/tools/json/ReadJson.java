package org.ckimg.tools.json;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.mem.MemoryRead;

/** The document {@code ckimg.read/1}. */
public final class ReadJson {
  private ReadJson() {}

  /** Writes it. */
  public static void write(ProcessState process, List<MemoryRead> pieces, PrintWriter out)
      throws IOException {
    try (Json json = new Json(out)) {
      json.object(() -> {
        json.text("schema", "ckimg.read/1");
        json.number("pid", process.pid());
        json.objects("pieces", pieces, piece -> piece(piece, json));
      });
    }
  }

  private static void piece(MemoryRead piece, Json json) throws IOException {
    json.hex("address", piece.address());
    json.number("length", piece.length());
    json.text("mapping", piece.mapping());
    json.text("source", piece.source().name().toLowerCase(Locale.ROOT));
    json.text("bytes", piece.bytes().map(HexFormat.of()::formatHex));
  }
}
