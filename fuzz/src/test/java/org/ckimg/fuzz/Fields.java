package org.ckimg.fuzz;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.ckimg.testkit.Corruptions;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.Numbers;
import org.ckimg.testkit.Structure;

/**
 * The counts and offsets of an image, each set to the ends of what it may be and behind them, to
 * one more and one less than it is, and to the end of the file and behind it.
 */
final class Fields {
  /** Of records: lengths, places, and what names another record. */
  private static final Pattern COUNT_OR_OFFSET =
      Pattern.compile(
          ".*/((num|len|first)_.*|ofs|len|length|(object|file)_page|position|capacity|backlog|unsent"
              + "|start|id|process|thread|file|content|exe|cwd|root|credentials|description|target"
              + "|peer|node|files_of|fs_of|(send_)?queue|object|base_object|owner|segment)");

  /** The limits of section 14 of FORMAT.md, and the number behind each; the ends of the types. */
  private static final long[] VALUES = {
    0,
    1,
    64,
    65,
    128,
    129,
    256,
    257,
    1024,
    1025,
    4096,
    4097,
    1 << 17,
    (1 << 17) + 1,
    1 << 18,
    (1 << 18) + 1,
    (1 << 20) - 1,
    1 << 20,
    (1 << 20) + 1,
    1 << 24,
    (1 << 24) + 1,
    Integer.MAX_VALUE,
    1L << 31,
    (1L << 52) - 1,
    1L << 52,
    (1L << 54) - 1,
    1L << 54,
    Long.MAX_VALUE,
    -1
  };

  private final byte[] sound;
  private final List<Case> cases;

  private Fields(byte[] sound, List<Case> cases) {
    this.sound = sound;
    this.cases = cases;
  }

  /** A field, and the number that it gets. */
  private record Case(Structure.Field field, long value) {
    @Override
    public String toString() {
      return field.name() + " = " + value;
    }
  }

  static Fields of(byte[] sound) {
    List<Case> cases = new ArrayList<>();
    for (Structure.Field field : fields(sound)) {
      values(sound, field).forEach(value -> cases.add(new Case(field, value)));
    }
    return new Fields(sound, cases);
  }

  /** Some fields are known to the structure and to their table: each is there once. */
  private static Collection<Structure.Field> fields(byte[] sound) {
    Map<List<Integer>, Structure.Field> fields = new LinkedHashMap<>();
    List<Structure.Field> all = new ArrayList<>(Structure.of(sound));
    Image image = Image.of(sound);
    for (String name : image.names()) {
      if (COUNT_OR_OFFSET.matcher(name).matches() && image.size(name) <= Long.BYTES) {
        all.add(new Structure.Field(name, image.offset(name), image.size(name)));
      }
    }
    all.forEach(field -> fields.putIfAbsent(List.of(field.offset(), field.bytes()), field));
    return fields.values();
  }

  /** Limits, and what is next to what is true of this image: each that is another number here. */
  private static LongStream values(byte[] sound, Structure.Field field) {
    long now = Numbers.get(sound, field.offset(), field.bytes());
    int unused = Long.SIZE - Byte.SIZE * field.bytes();
    LongStream near = LongStream.of(now - 1, now + 1, sound.length, sound.length + 1);
    return LongStream.concat(LongStream.of(VALUES), near)
        .map(value -> value << unused >>> unused)
        .distinct()
        .filter(value -> value != now);
  }

  /** Number of fields, each times the number of its values. */
  int cases() {
    return cases.size();
  }

  /** What is damaged. */
  String name(int index) {
    return cases.get(index).toString();
  }

  /** One field with one value, as it is or with every checksum made right again. */
  byte[] damaged(int index, boolean seal) {
    Case damage = cases.get(index);
    int offset = damage.field().offset();
    byte[] value = Numbers.of(damage.field().bytes(), damage.value());
    return seal
        ? Corruptions.overwriteAndSeal(sound, offset, value)
        : Corruptions.overwrite(sound, offset, value);
  }
}
