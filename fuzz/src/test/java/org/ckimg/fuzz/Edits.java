package org.ckimg.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Numbers;
import org.ckimg.testkit.Row;
import org.ckimg.testkit.Samples;
import org.ckimg.testkit.Structure;
import org.ckimg.testkit.Structure.Field;

/**
 * Sound images with some records removed, doubled or swapped, some fields changed, and every
 * checksum made right again: what lies behind the checksums is what is tried.
 */
final class Edits {
  private static final int MAX_EDITS = 6;
  private static final int RAW = 1;
  private static final int MAX_MOVES = 3;
  private static final List<Base> BASES = bases();
  private static final Base RESTORABLE = Base.of(Samples::restorable);

  private Edits() {}

  /** Makes an image to change. */
  @FunctionalInterface
  private interface Base {
    /** The image, with so many changes of which records there are. */
    Form form(FuzzedDataProvider data, int moves);

    /** One that is built anew when it is not wanted as it is. */
    static Base of(Supplier<ImageBuilder> sample) {
      Form sound = Form.of(sample.get().build(), List.of());
      return (data, moves) ->
          moves == 0 ? sound : Form.of(moved(data, sample.get(), moves).build(), List.of());
    }

    /** One that was not built here: only the fields of its tables have names. */
    static Base ofProgram(byte[] image) {
      Form form = Form.of(Image.of(image), Structure.of(image));
      return (_, _) -> form;
    }
  }

  /**
   * An image whose fields can be changed.
   *
   * @param ends fields of header and footer; the tables have so many that one choice among all
   *     would hardly ever fall on them
   * @param inner all other fields
   */
  private record Form(byte[] image, List<Field> ends, List<Field> inner) {
    static Form of(Image image, List<Field> more) {
      List<Field> ends = new ArrayList<>();
      List<Field> inner = new ArrayList<>();
      List<Field> all = new ArrayList<>(more);
      for (String name : image.names()) {
        if (image.size(name) > 0) {
          all.add(new Field(name, image.offset(name), image.size(name)));
        }
      }
      all.forEach(field -> (isEnd(field.name()) ? ends : inner).add(field));
      return new Form(image.bytes(), ends, inner);
    }

    private static boolean isEnd(String name) {
      return name.startsWith("header") || name.startsWith("footer");
    }
  }

  /**
   * Each sample, and again as the writer would have it: of one that is coded there is no such. Then
   * images of real programs.
   */
  private static List<Base> bases() {
    List<Base> bases = new ArrayList<>();
    for (Map.Entry<String, Supplier<ImageBuilder>> sample : Samples.all().entrySet()) {
      bases.add(Base.of(sample.getValue()));
      if (!sample.getKey().equals("coded")) {
        bases.add(Base.of(() -> sample.getValue().get().header("codecs", RAW)));
      }
    }
    Golden.programs().values().forEach(image -> bases.add(Base.ofProgram(image)));
    return bases;
  }

  /** An image that the fuzzer has chosen and changed. */
  static byte[] image(FuzzedDataProvider data) {
    int moves = data.consumeInt(0, MAX_MOVES);
    return changed(data, data.pickValue(BASES).form(data, moves));
  }

  /** {@link Samples#restorable}, changed. */
  static byte[] restorable(FuzzedDataProvider data) {
    return changed(data, RESTORABLE.form(data, data.consumeInt(0, MAX_MOVES)));
  }

  /** Other records, or in another order: what counts and covers them is right. */
  private static ImageBuilder moved(FuzzedDataProvider data, ImageBuilder image, int moves) {
    for (int i = 0; i < moves; i++) {
      move(data, data.pickValue(image.parts()).rows());
    }
    return image;
  }

  private static void move(FuzzedDataProvider data, List<Row> rows) {
    if (rows.isEmpty()) {
      return;
    }
    int at = data.consumeInt(0, rows.size() - 1);
    switch (data.consumeInt(0, 2)) {
      case 0 -> rows.remove(at);
      case 1 -> rows.add(at, rows.get(at));
      default -> Collections.swap(rows, at, data.consumeInt(0, rows.size() - 1));
    }
  }

  private static byte[] changed(FuzzedDataProvider data, Form form) {
    Image image = Image.of(form.image);
    for (int edits = data.consumeInt(0, MAX_EDITS); edits > 0; edits--) {
      switch (data.consumeInt(0, 2)) {
        case 0 -> bytes(data, image, form.image.length);
        case 1 -> field(data, image, form, data.pickValue(form.inner));
        default -> field(data, image, form, data.pickValue(form.ends));
      }
    }
    return image.bytes();
  }

  private static void bytes(FuzzedDataProvider data, Image image, int length) {
    int at = data.consumeInt(0, length - 1);
    image.set(at, data.consumeBytes(Math.min(Long.BYTES, length - at)));
  }

  /** A named field gets a limit or any value. */
  private static void field(FuzzedDataProvider data, Image image, Form form, Field field) {
    if (field.bytes() > Long.BYTES) {
      image.set(field.offset(), data.consumeBytes(field.bytes()));
      return;
    }
    long sound = Numbers.get(form.image, field.offset(), field.bytes());
    image.set(field.offset(), number(data, sound, field.bytes()));
  }

  /** A number of so many bytes: a limit, one more or one less than is sound, or any. */
  static byte[] number(FuzzedDataProvider data, long sound, int bytes) {
    long value =
        switch (data.consumeInt(0, 6)) {
          case 0 -> 0;
          case 1 -> 1;
          case 2 -> -1;
          case 3 -> (1L << Byte.SIZE * bytes - 1) - 1;
          case 4 -> sound + 1;
          case 5 -> sound - 1;
          default -> data.consumeLong();
        };
    return Numbers.of(bytes, value);
  }
}
