package org.ckimg.testkit.witness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.ckimg.testkit.Hashes;
import org.ckimg.testkit.Numbers;
import org.ckimg.testkit.Table;

/**
 * All that an image says, read the plain way: everything at once, every byte looked at. It judges
 * files, sections, tables and pages; of records it judges only that they lie where they must, not
 * what their fields say ({@link #judges}).
 */
public final class Witness {
  private static final int HEADER = 128;
  private static final int FOOTER = 256;
  private static final int DIRECTORY = 0xffff;
  private static final Set<String> NOT_JUDGED = Set.of("CK-FTR-09", "CK-TAB-05", "CK-TAB-07");

  private final byte[] image;
  private final int pageSize;
  private final Map<Table, Records> tables = new EnumMap<>(Table.class);
  private final Map<Table, List<Map<String, Object>>> rows = new EnumMap<>(Table.class);
  private final Map<Integer, NavigableMap<Long, Optional<byte[]>>> pages = new TreeMap<>();
  private final List<Unknown> unknown = new ArrayList<>();
  private final Map<Integer, PlainBlock> lastBlocks = new TreeMap<>();

  /**
   * A section of a type that version 1.0 does not know.
   *
   * @param content hex digits of its meta
   */
  public record Unknown(int type, int flags, int item, String content) {}

  private Witness(byte[] image) throws Refusal {
    this.image = image;
    this.pageSize = header();
    for (Table table : Table.values()) {
      tables.put(table, new Records(table));
    }
  }

  /** True for the rules that a witness holds an image to. */
  public static boolean judges(String rule) {
    return !isOfRecords(rule) && !NOT_JUDGED.contains(rule);
  }

  /**
   * True for the rules of what the fields of records say. A record that has one out of range breaks
   * that rule alone, and is not looked at further: FORMAT.md section 12.
   */
  public static boolean isOfRecords(String rule) {
    return !rule.matches("CK-(HDR|FTR|SEC|DIR|TAB|PAG)-..");
  }

  /**
   * Reads a whole image.
   *
   * @throws Refusal when it breaks a rule that a witness judges
   */
  public static Witness read(byte[] image) throws Refusal {
    Refusal.unless(image.length >= HEADER + FOOTER + 64, "a file of " + image.length + " bytes");
    Witness witness = new Witness(image);
    witness.sections();
    for (Map.Entry<Table, Records> table : witness.tables.entrySet()) {
      witness.rows.put(table.getKey(), table.getValue().rows());
    }
    witness.objects();
    return witness;
  }

  /** A number of the header. */
  public long header(int at, int size) {
    return Numbers.get(image, at, size);
  }

  /** Hex digits of the root digest. */
  public String identity() {
    int root = image.length - FOOTER + 32;
    return HexFormat.of().formatHex(Arrays.copyOfRange(image, root, root + 32));
  }

  /** The records of a table; field name to Long, or to hex digits. */
  public List<Map<String, Object>> rows(Table table) {
    return rows.get(table);
  }

  /** The input pages of an object; one that is inherited is empty. */
  public NavigableMap<Long, Optional<byte[]>> pages(int object) {
    return pages.getOrDefault(object, new TreeMap<>());
  }

  /** Sections of other types. */
  public List<Unknown> unknown() {
    return unknown;
  }

  private int header() throws Refusal {
    byte[] magic = {(byte) 0x8f, 'C', 'K', 'I', '\r', '\n', 0x1a, '\n'};
    Refusal.unless(Arrays.equals(magic, Arrays.copyOf(image, 8)), "magic");
    Part.checksum(image, 0, 124, 124);
    Refusal.range("major", header(8, 2), 1, 1);
    long shift = header(12, 1);
    Refusal.unless(shift == 12 || shift == 14 || shift == 16, "page_shift is " + shift);
    Refusal.range("frame_shift", header(13, 1), 18, 18);
    Refusal.range("block_shift", header(14, 1), 24, 24);
    Refusal.range("elf_data", header(15, 1), 1, 2);
    Refusal.range("system", header(18, 2), 1, 4);
    Refusal.range("chain_depth", header(20, 2), 0, 64);
    Refusal.unless((header(22, 2) & ~6) == 1, "codecs");
    Refusal.range("must_understand", header(24, 8), 0, 0);
    boolean parent = !Arrays.equals(new byte[32], Arrays.copyOfRange(image, 40, 72));
    Refusal.unless(parent == header(20, 2) > 0, "parent");
    Part.zero(image, 72, 124);
    return 1 << shift;
  }

  private void sections() throws Refusal {
    int footer = image.length - FOOTER;
    Part.checksum(image, footer, footer + 240, footer + 240);
    byte[] magic = "CKFOOT1\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    Refusal.unless(Arrays.equals(magic, 0, 8, image, footer, footer + 8), "footer magic");
    byte[] end = {(byte) 0x8f, 'C', 'K', 'E', '\r', '\n', 0x1a, '\n'};
    Refusal.unless(Arrays.equals(end, 0, 8, image, footer + 248, footer + 256), "end magic");
    Refusal.unless(header(footer + 16, 8) == image.length, "file_length");
    List<Part> parts = new ArrayList<>();
    for (int at = HEADER; at < footer; at = parts.getLast().end()) {
      Part part = Part.at(image, at, footer, pageSize);
      Refusal.unless(part.number() == parts.size(), "number");
      parts.add(part);
    }
    Part directory = parts.removeLast();
    directory(directory, parts);
    footer(footer, directory, parts.size());
    Part before = directory;
    for (Part part : parts) {
      Refusal.unless(before == directory || isOrdered(before, part), "order of sections");
      section(part);
      before = part;
    }
  }

  private static boolean isOrdered(Part before, Part part) {
    int order = Integer.compare(before.type(), part.type());
    return order < 0 || order == 0 && before.item() <= part.item();
  }

  private static void directory(Part directory, List<Part> parts) throws Refusal {
    Refusal.unless(directory.type() == DIRECTORY, "the last section is no directory");
    Refusal.unless(directory.flags() == 1 && directory.item() == 0, "flags of the directory");
    Refusal.unless(directory.meta().length == 80 * parts.size(), "length of the directory");
    for (int i = 0; i < parts.size(); i++) {
      byte[] entry = Arrays.copyOfRange(directory.meta(), 80 * i, 80 * i + 80);
      Refusal.unless(Arrays.equals(entry, parts.get(i).entry()), "directory entry " + i);
    }
  }

  private void footer(int footer, Part directory, int sections) throws Refusal {
    Refusal.unless(header(footer + 8, 8) == directory.start(), "directory_offset");
    Refusal.unless(header(footer + 24, 4) == sections, "num_sections");
    Part.zero(image, footer + 28, footer + 32);
    Refusal.range("signature_algorithm", header(footer + 64, 2), 0, 1);
    Part.zero(image, footer + 66, footer + 72);
    if (header(footer + 64, 2) == 0) {
      Part.zero(image, footer + 72, footer + 168);
    }
    Part.zero(image, footer + 168, footer + 240);
    Part.zero(image, footer + 244, footer + 248);
    byte[] root =
        Hashes.sha256(
            Hashes.tag("root"),
            Arrays.copyOf(image, HEADER),
            Arrays.copyOfRange(image, directory.start(), directory.end()),
            Arrays.copyOfRange(image, footer, footer + 32));
    Refusal.unless(Arrays.equals(root, 0, 32, image, footer + 32, footer + 64), "root");
  }

  private void section(Part part) throws Refusal {
    for (Table table : Table.values()) {
      if (table.type() == part.type()) {
        tables.get(table).add(part);
        return;
      }
    }
    Refusal.unless(part.type() != DIRECTORY, "a second directory");
    if (part.type() != Part.PAGES) {
      Refusal.unless((part.flags() & 1) == 0, "a critical section of type " + part.type());
      String content = HexFormat.of().formatHex(part.meta());
      unknown.add(new Unknown(part.type(), part.flags(), (int) part.item(), content));
      return;
    }
    Refusal.unless(part.flags() == 1, "flags of PAGES");
    int object = (int) part.item();
    NavigableMap<Long, Optional<byte[]>> block = new TreeMap<>();
    PlainBlock next = PlainBlock.read(part, pageSize, (int) header(22, 2), block);
    PlainBlock before = lastBlocks.put(object, next);
    Refusal.unless(before == null || before.full(), "a block that is not full");
    NavigableMap<Long, Optional<byte[]>> all = pages.computeIfAbsent(object, o -> new TreeMap<>());
    Refusal.unless(all.isEmpty() || all.lastKey() < block.firstKey(), "order of blocks");
    all.putAll(block);
  }

  /** Pages are of an object that is there, lie in it, and are inherited only from a base. */
  private void objects() throws Refusal {
    for (Map.Entry<Integer, NavigableMap<Long, Optional<byte[]>>> entry : pages.entrySet()) {
      Map<String, Object> object =
          rows(Table.OBJECTS).stream()
              .filter(row -> row.get("id").equals(entry.getKey().longValue()))
              .findFirst()
              .orElseThrow(() -> new Refusal("no object " + entry.getKey()));
      NavigableMap<Long, Optional<byte[]>> all = entry.getValue();
      boolean inherited = all.values().stream().anyMatch(Optional::isEmpty);
      Refusal.unless(!inherited || (long) object.get("base") == 1, "inherited without a base");
      long kind = (long) object.get("kind");
      if (kind != 1 && kind != 7) {
        inside(all, (long) object.get("length"));
      }
    }
  }

  private void inside(NavigableMap<Long, Optional<byte[]>> all, long length) throws Refusal {
    long last = all.lastKey();
    Refusal.unless(last * pageSize < length, "page " + last + " behind the object");
    Optional<byte[]> page = all.get(last);
    if (page.isPresent() && (last + 1) * pageSize > length) {
      Part.zero(page.get(), (int) (length - last * pageSize), pageSize);
    }
  }
}
