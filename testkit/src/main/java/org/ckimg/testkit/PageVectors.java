package org.ckimg.testkit;

import java.util.Arrays;
import java.util.List;

/** Blocks, frames and pages. */
final class PageVectors {
  private PageVectors() {}

  static void addTo(Vectors v) {
    tables(v);
    frames(v);
    content(v);
    codecs(v);
    blocks(v);
  }

  private static void tables(Vectors v) {
    field(v, "CK-PAG-01", "PAGES/num_repeated", 2);
    field(v, "CK-PAG-02", "PAGES/reserved1", 1);
    field(v, "CK-PAG-02-frame", "PAGES/frame/0/reserved1", 1);
    field(v, "CK-PAG-03", "PAGES/num_extents", 1);
    v.lie("CK-PAG-03-empty", Samples.withMemory().section(0x40, 1, 1), PageVectors::countNothing);
    field(v, "CK-PAG-04", "PAGES/extent/0/count", 0);
    field(v, "CK-PAG-04-page", "PAGES/extent/1/page", 0x21);
    field(v, "CK-PAG-05", "PAGES/frame/0/codec", 3);
    field(v, "CK-PAG-05-length", "PAGES/frame/0/len_body", 0);
    field(v, "CK-PAG-06", "PAGES/extent/1/first_slot", 2);
    v.lie(
        "CK-PAG-06-touching",
        Samples.oneObject(),
        i -> i.set("PAGES/extent/1/page", 0x13).set("PAGES/last_page", 0x13));
    v.lie(
        "CK-PAG-06-order",
        Samples.oneObject(),
        i -> i.set("PAGES/extent/0/page", 0x1e).set("PAGES/extent/1/page", 0x10));
    field(v, "CK-PAG-06-last", "PAGES/last_page", 0x21);
    v.lie(
        "CK-PAG-07",
        Samples.oneObject(),
        i -> i.set("PAGES/slot/0", 1).set("PAGES/slot/2", 1).set("PAGES/slot/3", 0));
    field(v, "CK-PAG-07-ordinal", "PAGES/slot/3", 2);
    field(v, "CK-PAG-07-zero", "PAGES/slot/1", 0);
    field(v, "CK-PAG-07-unknown", "PAGES/slot/1", 0xfffd);
  }

  private static void frames(Vectors v) {
    v.broken("CK-PAG-08", swapped());
    v.lie(
        "CK-PAG-09",
        Samples.oneObject(),
        i -> i.set("PAGES/frame/0/crc", ~i.get("PAGES/frame/0/crc")));
    v.lie("CK-PAG-10", Samples.oneObject(), i -> i.set("PAGES/digest/1", new byte[16]));
    v.lie("CK-PAG-10-coded", Samples.coded(), i -> i.set("PAGES/digest/1", new byte[16]));
    v.lie("CK-PAG-11", Samples.oneObject(), i -> i.set("PAGES/frame/0/leaf", new byte[32]));
    v.lie("CK-PAG-11-coded", Samples.coded(), i -> i.set("PAGES/frame/1/leaf", new byte[32]));
  }

  /** Two coded frames, each right, the second one in front of the first. */
  private static byte[] swapped() {
    ImageBuilder builder = Samples.withMemory();
    for (int i = 0; i < 65; i++) {
      builder.pages(1).page(0x10 + i, Pages.fill(1 << 12, i + 1));
    }
    builder.pages(1).coders(frame -> FrameCoder.LZ4);
    Image image = builder.build();
    int data = image.offset("PAGES/data/0");
    int first = image.size("PAGES/data/0");
    int second = image.size("PAGES/data/1");
    byte[] bytes = image.bytes();
    image.set(data, Arrays.copyOfRange(bytes, data + first, data + first + second));
    image.set(data + second, Arrays.copyOfRange(bytes, data, data + first));
    image.set("PAGES/frame/0/ofs_body", second).set("PAGES/frame/1/ofs_body", 0);
    return Image.of(image.bytes()).bytes();
  }

  private static void content(Vectors v) {
    ImageBuilder zero = Samples.oneObject();
    zero.pages(1).stored(0x21);
    v.broken("CK-PAG-12", zero.build().bytes());
    ImageBuilder equal = Samples.oneObject();
    equal.pages(1).stored(0x21, (byte) 4);
    v.broken("CK-PAG-13", equal.build().bytes());
    v.broken("CK-PAG-15", shared(5000, 2, 1));
    v.broken("CK-PAG-15-tail", shared(5000, 1, 905));
    ImageBuilder inherited = Samples.oneObject();
    inherited.pages(1).inherited(0x21);
    v.broken("CK-PAG-17", inherited.build().bytes());
  }

  /** A shared object with one page that begins with {@code bytes} bytes of 1. */
  private static byte[] shared(int length, int page, int bytes) {
    ImageBuilder image = Samples.minimal();
    image.table(Table.OBJECTS).add("id", 1, "kind", 2, "length", length);
    image.pages(1).page(page, Pages.fill(bytes, 1));
    return image.build().bytes();
  }

  private static void codecs(Vectors v) {
    byte[] junk = Pages.fill(40, 0xff);
    coder(v, "CK-PAG-16", FrameCoder.of(1, pages -> junk));
    coder(v, "CK-PAG-16-zstd", FrameCoder.of(2, pages -> junk));
    coder(v, "CK-PAG-16-short", FrameCoder.of(1, PageVectors::shortLz4));
    coder(v, "CK-PAG-16-short-zstd", FrameCoder.of(2, PageVectors::shortZstd));
    coder(v, "CK-PAG-16-long", FrameCoder.of(1, PageVectors::longLz4));
    coder(v, "CK-PAG-05-ratio", FrameCoder.of(1, pages -> pages));
    v.lie("CK-PAG-05-codec", Samples.coded(), i -> i.set("header/codecs", 3));
  }

  private static byte[] shortLz4(byte[] pages) {
    return RunCodes.lz4(Arrays.copyOf(pages, pages.length - 100));
  }

  private static byte[] shortZstd(byte[] pages) {
    return RunCodes.zstd(Arrays.copyOf(pages, pages.length - 100));
  }

  private static byte[] longLz4(byte[] pages) {
    return RunCodes.lz4(Arrays.copyOf(pages, pages.length + 100));
  }

  private static void coder(Vectors v, String name, FrameCoder coder) {
    ImageBuilder image = Samples.withMemory();
    image.pages(1).page(0x10, Pages.fill(1 << 12, 1)).coders(frame -> coder);
    v.broken(name, image.build().bytes());
  }

  private static void blocks(Vectors v) {
    ImageBuilder small = Samples.oneObject();
    small.pages(1).blockPages(2);
    v.broken("CK-PAG-14", small.build().bytes());
    field(v, "CK-PAG-14-item", "PAGES/head/item", 2);
    v.lie(
        "CK-PAG-14-object",
        Samples.oneObject(),
        i -> i.set("PAGES/head/item", 2).set("PAGES/object", 2));
    v.lie("CK-PAG-14-order", Samples.twoBlocks(), PageVectors::startEarlier);
  }

  /** The second block lies in front of the first one. */
  private static void startEarlier(Image image) {
    for (String field : List.of("first_page", "last_page", "extent/0/page")) {
      image.set("PAGES#2/" + field, 5);
    }
  }

  private static void field(Vectors v, String name, String field, long value) {
    v.lie(name, Samples.oneObject(), image -> image.set(field, value));
  }

  /** A block without a head has no counts that its directory entry could repeat. */
  private static void countNothing(Image image) {
    for (String field : "first_page num_pages num_stored num_zero num_inherited".split(" ")) {
      image.set("directory/0040/" + field, 0);
    }
  }
}
