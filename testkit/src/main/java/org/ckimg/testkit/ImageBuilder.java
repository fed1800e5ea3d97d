package org.ckimg.testkit;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Composes an image section by section from plain values. */
public final class ImageBuilder {
  private final Map<String, Long> header = new HashMap<>();
  private final List<Draft> drafts = new ArrayList<>();
  private byte[] parent = new byte[32];
  private boolean sorted = true;
  private Signer signer;

  /** 4 KiB pages, x86-64, Linux, all codecs. */
  public ImageBuilder() {
    header("page_shift", 12).header("elf_data", 1).header("elf_machine", 62).header("system", 1);
    header("codecs", 7);
  }

  /** A field of the header. */
  public ImageBuilder header(String field, long value) {
    header.put(field, value);
    return this;
  }

  /** Continues another image. */
  public ImageBuilder parent(byte[] identity, int depth) {
    parent = identity.clone();
    return header("chain_depth", depth);
  }

  /** The table, or its first part; made when it is not there. */
  public Rows table(Table table) {
    return part(table, 0);
  }

  /** A part of a table, made when it is not there. */
  public Rows part(Table table, int item) {
    for (Draft draft : drafts) {
      if (draft instanceof Rows rows && rows.table() == table && rows.item() == item) {
        return rows;
      }
    }
    Rows rows = new Rows(table, item);
    drafts.add(rows);
    return rows;
  }

  /** All parts of tables, in the order in which they were asked for. */
  public List<Rows> parts() {
    return drafts.stream().filter(Rows.class::isInstance).map(Rows.class::cast).toList();
  }

  /** Pages of an object, made when they are not there. */
  public Pages pages(int object) {
    for (Draft draft : drafts) {
      if (draft instanceof Pages pages && pages.item() == object) {
        return pages;
      }
    }
    Pages pages = new Pages(object);
    drafts.add(pages);
    return pages;
  }

  /** A section of any type. */
  public ImageBuilder section(int type, int item, int flags, byte... content) {
    drafts.add(new Other(type, item, flags, content));
    return this;
  }

  /** Takes all sections of a type away. */
  public ImageBuilder without(int type) {
    drafts.removeIf(draft -> draft.type() == type);
    return this;
  }

  /** Writes sections in the order in which they were asked for, not in that of the format. */
  public ImageBuilder unsorted() {
    sorted = false;
    return this;
  }

  /** Signs the image. */
  public ImageBuilder sign(Signer by) {
    signer = by;
    return this;
  }

  /** The image. */
  public Image build() {
    Canvas out = new Canvas();
    header(out);
    Sections sections = new Sections(out, (int) field("page_shift"));
    drafts().forEach(sections::add);
    sections.directory();
    footer(out, sections);
    return new Image(out, signer);
  }

  List<Draft> drafts() {
    List<Draft> order = new ArrayList<>(drafts);
    if (sorted) {
      order.sort(Comparator.comparingInt(Draft::type).thenComparingInt(Draft::item));
    }
    return order;
  }

  void header(Canvas out) {
    out.number("header/magic", 8, 0x0a1a0a0d494b438fL);
    out.number("header/major", 2, 1);
    out.number("header/minor", 2, field("minor"));
    out.number("header/page_shift", 1, field("page_shift"));
    out.number("header/frame_shift", 1, 18);
    out.number("header/block_shift", 1, 24);
    out.number("header/elf_data", 1, field("elf_data"));
    out.number("header/elf_machine", 2, field("elf_machine"));
    out.number("header/system", 2, field("system"));
    out.number("header/chain_depth", 2, field("chain_depth"));
    out.number("header/codecs", 2, field("codecs"));
    out.number("header/must_understand", 8, field("must_understand"));
    out.number("header/may_ignore", 8, field("may_ignore"));
    out.bytes("header/parent", parent);
    out.bytes("header/reserved1", new byte[52]);
    out.number("header/crc", 4, 0);
  }

  private long field(String name) {
    return header.getOrDefault(name, 0L);
  }

  static void footer(Canvas out, Sections sections) {
    long end = out.position() + 256;
    out.bytes("footer/magic", "CKFOOT1\n".getBytes(StandardCharsets.US_ASCII));
    out.number("footer/directory_offset", 8, sections.directoryOffset());
    out.number("footer/file_length", 8, end);
    out.number("footer/num_sections", 4, sections.count());
    out.number("footer/reserved1", 4, 0);
    out.bytes("footer/root", new byte[32]);
    out.number("footer/signature_algorithm", 2, 0);
    out.bytes("footer/reserved2", new byte[6]);
    out.bytes("footer/key", new byte[32]);
    out.bytes("footer/signature", new byte[64]);
    out.bytes("footer/reserved3", new byte[72]);
    out.number("footer/crc", 4, 0);
    out.number("footer/reserved4", 4, 0);
    out.number("footer/end_magic", 8, 0x0a1a0a0d454b438fL);
  }
}
