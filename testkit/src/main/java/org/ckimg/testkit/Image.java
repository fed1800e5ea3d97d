package org.ckimg.testkit;

import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * A sound image that can be made to lie. Fields have names: {@code header/page_shift}, {@code
 * VMAS/head/flags}, {@code VMAS/table/num_records}, {@code VMAS/0/first_page}, {@code
 * VMAS/0/name/ofs}, {@code VMAS/heap/0/name}, {@code VMAS/padding}, {@code PAGES/frame/0/crc},
 * {@code PAGES/extent/0/page}, {@code PAGES/digest/0}, {@code PAGES/slot/0}, {@code PAGES/data/0},
 * {@code directory/VMAS/leaf}, {@code footer/root}. The second section of a type is {@code VMAS#2}.
 */
public final class Image {
  private final byte[] bytes;
  private final List<Span> spans;
  private final int pageSize;
  private final BitSet pinned = new BitSet();
  private Map<String, Canvas.Place> places;
  private Signer signer;

  Image(Canvas canvas, Signer signer) {
    this.bytes = canvas.toArray();
    this.places = canvas.places();
    this.pageSize = 1 << bytes[12];
    this.spans = Span.all(bytes, pageSize);
    this.signer = signer;
    seal();
  }

  private Image(byte[] sound) {
    this.bytes = sound.clone();
    this.pageSize = 1 << bytes[12];
    this.spans = Span.all(bytes, pageSize);
  }

  /** A sound image from somewhere else; only the fields of its tables have names. */
  public static Image of(byte[] sound) {
    return new Image(sound);
  }

  /** Names of all fields, in the order of the file. */
  public List<String> names() {
    return List.copyOf(places().keySet());
  }

  /** Bytes from the image's start to the field. */
  public int offset(String name) {
    return place(name).offset();
  }

  /** Size of the field. */
  public int size(String name) {
    return place(name).bytes();
  }

  /** The number that a field of at most 8 bytes has. */
  public long get(String name) {
    Canvas.Place place = place(name);
    return Numbers.get(bytes, place.offset(), place.bytes());
  }

  /** The bytes of a field. */
  public byte[] bytes(String name) {
    Canvas.Place place = place(name);
    return Arrays.copyOfRange(bytes, place.offset(), place.offset() + place.bytes());
  }

  /** Index of the first record of a table whose field has this value. */
  public int find(Table table, String field, long value) {
    long records = get(table + "/table/num_records");
    for (int row = 0; row < records; row++) {
      if (get(table + "/" + row + "/" + field) == value) {
        return row;
      }
    }
    throw new IllegalArgumentException("no record of " + table + " has " + field + " " + value);
  }

  /** Overwrites a field, checksums included; sealing leaves it alone. */
  public Image set(String name, long value) {
    Canvas.Place place = place(name);
    return set(place.offset(), Numbers.of(place.bytes(), value));
  }

  /** Overwrites the first bytes of a field; sealing leaves them alone. */
  public Image set(String name, byte[] value) {
    return set(place(name).offset(), value);
  }

  /** Overwrites bytes; sealing leaves them alone. */
  public Image set(int offset, byte... value) {
    System.arraycopy(value, 0, bytes, offset, value.length);
    pinned.set(offset, offset + value.length);
    return this;
  }

  /** Keeps a field as it is, even if it is to follow from another one that is set later. */
  public Image keep(String name) {
    Canvas.Place place = place(name);
    pinned.set(place.offset(), place.offset() + place.bytes());
    return this;
  }

  /** Signs when the image is sealed. */
  public Image sign(Signer by) {
    signer = by;
    return this;
  }

  /** The image, every checksum computed that was not set. */
  public byte[] bytes() {
    seal();
    return bytes.clone();
  }

  private void seal() {
    new Sealer(bytes, pinned, pageSize).image(spans, signer);
  }

  /** The root digest, once sealed. */
  public byte[] identity() {
    byte[] image = bytes();
    int footer = image.length - Span.FOOTER;
    return Arrays.copyOfRange(image, footer + 32, footer + 64);
  }

  /** Made when it is asked for: most who damage an image by offset never ask. */
  private Map<String, Canvas.Place> places() {
    if (places == null) {
      places = Places.of(bytes, spans);
    }
    return places;
  }

  private Canvas.Place place(String name) {
    Canvas.Place place = places().get(name);
    if (place == null) {
      throw new IllegalArgumentException("no field " + name);
    }
    return place;
  }
}
