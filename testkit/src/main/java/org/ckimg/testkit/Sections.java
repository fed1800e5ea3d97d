package org.ckimg.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes sections one behind the other, then the directory of them. */
final class Sections {
  private static final int DIRECTORY = 0xffff;
  private static final int CRITICAL = 1;

  private Canvas out;
  private final int pageShift;
  private final Map<String, Integer> labels = new HashMap<>();
  private final List<String> names = new ArrayList<>();
  private long directoryOffset;

  Sections(Canvas out, int pageShift) {
    this.out = out;
    this.pageShift = pageShift;
  }

  int count() {
    return names.size();
  }

  /** Goes on in another canvas. */
  void continueIn(Canvas next) {
    out = next;
  }

  long directoryOffset() {
    return directoryOffset;
  }

  void add(Draft draft) {
    switch (draft) {
      case Rows rows -> {
        String name = label(rows.table().name());
        write(name, draft, rows.flags(), rows.meta(), new Canvas());
      }
      case Other other -> {
        Canvas meta = new Canvas();
        meta.bytes("content", other.content());
        write(label("%04x".formatted(other.type())), draft, other.flags(), meta, new Canvas());
      }
      case Pages pages -> {
        for (Block block : pages.blocks(pageShift)) {
          write(label("PAGES"), draft, CRITICAL, block.meta(), block.data());
        }
      }
    }
  }

  private String label(String type) {
    int count = labels.merge(type, 1, Integer::sum);
    String name = count == 1 ? type : type + "#" + count;
    names.add(name);
    return name;
  }

  private void write(String name, Draft draft, int flags, Canvas meta, Canvas data) {
    int number = names.size() - 1;
    head(name, draft.type(), flags, number, draft.item(), meta.length(), data.length());
    out.append(name, meta);
    out.pad(name + "/padding", data.length() == 0 ? 64 : 1 << pageShift);
    out.append(name, data);
    out.pad(name + "/end_padding", 64);
  }

  private void head(
      String name, int type, int flags, int number, int item, int lenMeta, int lenData) {
    long start = out.position();
    long behindMeta = start + Span.HEAD + lenMeta;
    long dataStart = behindMeta + (-behindMeta & (1 << pageShift) - 1);
    String head = name + "/head/";
    out.number(head + "magic", 4, 0x8f534b43L);
    out.number(head + "type", 2, type);
    out.number(head + "flags", 2, flags);
    out.number(head + "number", 4, number);
    out.number(head + "item", 4, item);
    out.number(head + "self_offset", 8, start);
    out.number(head + "len_meta", 4, lenMeta);
    out.number(head + "len_data", 4, lenData);
    out.number(head + "ofs_data", 4, lenData == 0 ? 0 : dataStart - start);
    out.number(head + "meta_crc", 4, 0);
    out.bytes(head + "reserved1", new byte[20]);
    out.number(head + "crc", 4, 0);
  }

  /** The directory; what its entries say is filled in by {@link Sealer}. */
  void directory() {
    directoryOffset = out.position();
    int count = names.size();
    head("DIRECTORY", DIRECTORY, CRITICAL, count, 0, count * 80, 0);
    for (String name : names) {
      String entry = "directory/" + name + "/";
      out.number(entry + "type", 2, 0);
      out.number(entry + "flags", 2, 0);
      out.number(entry + "item", 4, 0);
      out.number(entry + "ofs_section", 8, 0);
      out.number(entry + "len_meta", 4, 0);
      out.number(entry + "len_data", 4, 0);
      out.number(entry + "first_page", 8, 0);
      out.number(entry + "num_pages", 4, 0);
      out.number(entry + "num_stored", 4, 0);
      out.number(entry + "num_zero", 4, 0);
      out.number(entry + "num_inherited", 4, 0);
      out.bytes(entry + "leaf", new byte[32]);
    }
    out.pad("DIRECTORY/padding", 64);
  }
}
