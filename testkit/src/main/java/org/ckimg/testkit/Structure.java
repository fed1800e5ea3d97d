package org.ckimg.testkit;

import java.util.ArrayList;
import java.util.List;

/** Where the counts and offsets of an image are that hold it together: all but those of records. */
public final class Structure {
  private static final int ENTRY = 80;
  private static final int FOOTER = 256;
  private static final String HEADER = "chain_depth:20:2";
  private static final String HEAD =
      "number:8:4 item:12:4 self_offset:16:8 len_meta:24:4 len_data:28:4 ofs_data:32:4";
  private static final String TABLE = "num_records:64:4 len_heap:68:4";
  private static final String BLOCK =
      "object:64:4 num_pages:68:4 first_page:72:8 last_page:80:8 num_extents:88:4 num_stored:92:4"
          + " num_frames:96:4 num_zero:100:4 num_inherited:104:4 num_repeated:108:4 len_raw:112:4"
          + " len_coded:116:4";
  private static final String EXTENT = "page:0:8 count:8:4 first_slot:12:4";
  private static final String FRAME = "ofs_body:0:4 len_body:4:4";
  private static final String DIRECTORY_ENTRY =
      "item:4:4 ofs_section:8:8 len_meta:16:4 len_data:20:4 first_page:24:8 num_pages:32:4"
          + " num_stored:36:4 num_zero:40:4 num_inherited:44:4";
  private static final String END = "directory_offset:8:8 file_length:16:8 num_sections:24:4";

  private final byte[] image;
  private final List<Field> fields = new ArrayList<>();

  private Structure(byte[] image) {
    this.image = image;
  }

  /**
   * A count or an offset.
   *
   * @param offset from the image's start
   * @param bytes 2, 4 or 8
   */
  public record Field(String name, int offset, int bytes) {}

  /** The fields of a sound image, in the order of the file. */
  public static List<Field> of(byte[] sound) {
    Structure structure = new Structure(sound);
    structure.add("header", 0, HEADER);
    int at = 128;
    while (at < sound.length - FOOTER) {
      Span span = Span.at(sound, at, 1 << sound[12]);
      structure.section(span);
      at = span.end();
    }
    structure.add("footer", at, END);
    return structure.fields;
  }

  private void section(Span span) {
    int type = Numbers.u2(image, span.start() + 4);
    String name = "section at " + span.start();
    add(name, span.start(), HEAD);
    if (span.isBlock()) {
      add(name, span.start(), BLOCK);
      int extents = span.start() + Span.HEAD + Span.HEAD;
      for (int i = 0; i < Numbers.u4(image, span.start() + 88); i++) {
        add(name + " extent " + i, extents + 16 * i, EXTENT);
      }
      span.frames().forEach(frame -> add(name + " frame", frame.entry(), FRAME));
    } else if (type == 0xffff) {
      for (int entry = span.start() + Span.HEAD; entry < span.metaEnd(); entry += ENTRY) {
        add("entry at " + entry, entry, DIRECTORY_ENTRY);
      }
    } else if (type < 0x8000 && span.metaEnd() >= span.start() + Span.HEAD + 16) {
      add(name, span.start(), TABLE);
    }
  }

  private void add(String where, int start, String layout) {
    for (String field : layout.split(" ")) {
      String[] part = field.split(":");
      int offset = start + Integer.parseInt(part[1]);
      fields.add(new Field(where + " " + part[0], offset, Integer.parseInt(part[2])));
    }
  }
}
