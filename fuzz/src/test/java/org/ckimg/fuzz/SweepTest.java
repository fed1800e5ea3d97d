package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ckimg.testkit.Corruptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Damage everywhere in every golden image: a refusal with a rule or a sound model that the plain
 * reader reads as well, never another exception, and no more memory than the bytes account for. Of
 * each kind some cases of each image are tried; {@code fuzz/sweep} tries every one of them.
 */
class SweepTest {
  private static final int STEP = Integer.getInteger("ckimg.sweep.step", 0);
  private static final int FEW = 12;
  private static final String SEALED = ", sealed";
  private static final Scratch FILE = new Scratch(".ckimg");

  /** What came of the damage of one kind to one image. */
  private record Result(String kind, String image, int cases, int refused, int sound) {
    boolean isOf(String line) {
      return line.startsWith(kind + "\t" + image + "\t");
    }

    @Override
    public String toString() {
      return "%s\t%s\t%d\t%d\t%d".formatted(kind, image, cases, refused, sound);
    }
  }

  static Stream<String> images() throws IOException {
    return Golden.images().keySet().stream().filter(SweepTest.chosen("images"));
  }

  @Test
  void thereAreGoldenImages() throws IOException {
    assertEquals(22, Golden.images().size());
  }

  @ParameterizedTest
  @MethodSource("images")
  void everywhere(String name) throws IOException {
    byte[] image = Golden.images().get(name);
    Fields fields = Fields.of(image);
    Sweep sweep = new Sweep(name, image);
    sweep.of("cut", image.length, at -> Corruptions.cut(image, at));
    sweep.of(
        "cut" + SEALED, Corruptions.sealedCuts(image), at -> Corruptions.cutAndSeal(image, at));
    sweep.of("byte flipped", image.length, at -> flipped(image, at));
    sweep.of("byte flipped" + SEALED, image.length, at -> sealed(image, at));
    sweep.of("limit", fields.cases(), i -> fields.damaged(i, false), fields::name);
    sweep.of("limit" + SEALED, fields.cases(), i -> fields.damaged(i, true), fields::name);
  }

  /** All kinds of damage to one image. */
  private static final class Sweep {
    private final String image;
    private final byte[] golden;

    Sweep(String image, byte[] golden) {
      this.image = image;
      this.golden = golden;
    }

    void of(String kind, int cases, IntFunction<byte[]> damaged) throws IOException {
      of(kind, cases, damaged, Integer::toString);
    }

    /** Tries cases, starting at another one in each image, so that all kinds of places are met. */
    void of(String kind, int cases, IntFunction<byte[]> damaged, IntFunction<String> name)
        throws IOException {
      if (!chosen("kinds").test(kind)) {
        return;
      }
      int step = STEP == 0 ? cases / FEW + 1 : STEP;
      int first = Math.floorMod(image.hashCode(), Math.min(step, cases));
      int refused = 0;
      int sound = 0;
      for (int i = first; i < cases; i += step) {
        byte[] bytes = damaged.apply(i);
        int at = i;
        boolean isSound = Judgement.of(bytes, FILE.with(bytes), () -> kind + " " + name.apply(at));
        assertTrue(isSound || !Arrays.equals(bytes, golden), () -> kind + " nothing: refused");
        sound += isSound ? 1 : 0;
        refused += isSound ? 0 : 1;
      }
      assertTrue(refused > 0, kind);
      assertTrue(sound == 0 || kind.endsWith(SEALED), kind);
      keep(new Result(kind, image, refused + sound, refused, sound));
    }
  }

  private static Predicate<String> chosen(String what) {
    return Pattern.compile(System.getProperty("ckimg.sweep." + what, ".*")).asMatchPredicate();
  }

  /** All its bits. */
  private static byte[] flipped(byte[] image, int at) {
    return Corruptions.overwrite(image, at, (byte) ~image[at]);
  }

  private static byte[] sealed(byte[] image, int at) {
    return Corruptions.overwriteAndSeal(image, at, (byte) ~image[at]);
  }

  /** Prints a row, and puts it in the place of the same one where that is wanted. */
  private static void keep(Result row) throws IOException {
    System.out.println(row);
    String file = System.getProperty("ckimg.sweep.results");
    if (file != null) {
      Path path = Path.of(file);
      TreeSet<String> all = new TreeSet<>(Files.readAllLines(path));
      all.removeIf(row::isOf);
      all.add(row.toString());
      Files.write(path, all);
    }
  }
}
