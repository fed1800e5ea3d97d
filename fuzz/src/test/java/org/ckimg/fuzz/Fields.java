package org.ckimg.fuzz;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
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
    4096,
    4097,
    1 << 17,
    (1 << 17) + 1,
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

  private static final int PER_FIELD = VALUES.length + 4;

  private final byte[] sound;
  private final List<Structure.Field> fields;

  private Fields(byte[] sound, List<Structure.Field> fields) {
    this.sound = sound;
    this.fields = fields;
  }

  static Fields of(byte[] sound) {
    List<Structure.Field> fields = new ArrayList<>(Structure.of(sound));
    Image image = Image.of(sound);
    for (String name : image.names()) {
      if (COUNT_OR_OFFSET.matcher(name).matches() && image.size(name) <= Long.BYTES) {
        fields.add(new Structure.Field(name, image.offset(name), image.size(name)));
      }
    }
    return new Fields(sound, fields);
  }

  /** Number of fields times number of values. */
  int cases() {
    return fields.size() * PER_FIELD;
  }

  /** What is damaged. */
  String name(int index) {
    return field(index).name() + " = " + value(index);
  }

  /** One field with one value, as it is or with every checksum made right again. */
  byte[] damaged(int index, boolean seal) {
    Structure.Field field = field(index);
    byte[] value = Numbers.of(field.bytes(), value(index));
    return seal
        ? Corruptions.overwriteAndSeal(sound, field.offset(), value)
        : Corruptions.overwrite(sound, field.offset(), value);
  }

  private Structure.Field field(int index) {
    return fields.get(index / PER_FIELD);
  }

  /** A limit, or a value that is next to what is true of this image. */
  private long value(int index) {
    Structure.Field field = field(index);
    long now = Numbers.get(sound, field.offset(), field.bytes());
    int number = index % PER_FIELD;
    return switch (number - VALUES.length) {
      case 0 -> now - 1;
      case 1 -> now + 1;
      case 2 -> sound.length;
      case 3 -> sound.length + 1;
      default -> VALUES[number];
    };
  }
}
