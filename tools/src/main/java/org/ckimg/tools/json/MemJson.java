package org.ckimg.tools.json;

import java.io.Closeable;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.mem.Match;
import org.ckimg.tools.mem.Place;
import org.ckimg.tools.mem.Swept;

/** The documents {@code ckimg.search/1} and {@code ckimg.strings/1}, hit by hit. */
public final class MemJson implements Closeable {
  private final Json json;

  private MemJson(Json json) {
    this.json = json;
  }

  /** Starts a document. */
  public static MemJson of(String schema, String list, PrintWriter out) throws IOException {
    Json json = new Json(out);
    json.startObject();
    json.text("schema", schema);
    json.startArray(list);
    return new MemJson(json);
  }

  /** Writes a match. */
  public void match(Match match) throws IOException {
    json.object(() -> {
      json.objects("places", match.places(), this::place);
      json.text("before", hex(match.before()));
      json.text("bytes", hex(match.bytes()));
      json.text("after", hex(match.after()));
    });
  }

  /** Writes a string. */
  public void string(List<Place> places, String text) throws IOException {
    json.object(() -> {
      json.objects("places", places, this::place);
      json.text("text", text);
    });
  }

  private void place(Place place) throws IOException {
    json.number("pid", place.pid());
    json.hex("address", place.address());
    if (place.vma().isPresent()) {
      Vma vma = place.vma().get();
      json.text("prot", Mappings.protection(vma));
      json.flag("shared", vma.shared());
      json.text("kind", vma.kind().name().toLowerCase(Locale.ROOT));
    }
    json.text("what", place.what());
  }

  private static String hex(Bytes bytes) {
    return HexFormat.of().formatHex(bytes.toArray());
  }

  /** Says what was gone through. */
  public void end(Swept swept) throws IOException {
    json.endArray();
    json.number("searchedBytes", swept.bytes());
    json.object(
        "notSearched",
        () -> {
          json.number("pages", swept.pagesElsewhere());
          json.number("mappings", swept.mappingsElsewhere());
        });
    json.endObject();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
