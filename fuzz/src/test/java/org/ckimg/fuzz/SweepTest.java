package org.ckimg.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.ckimg.testkit.Corruptions;
import org.junit.jupiter.api.Test;

/**
 * Damage everywhere in every golden image: a refusal with a rule or a sound model that the plain
 * reader reads as well, never another exception, and no more memory than the bytes account for. Of
 * each kind some cases of each image are tried; {@code fuzz/sweep} tries every one of them.
 */
class SweepTest {
  private static final int STEP = Integer.getInteger("ckimg.sweep.step", 0);
  private static final Pattern KINDS =
      Pattern.compile(System.getProperty("ckimg.sweep.kinds", ".*"));
  private static final int FEW = 12;
  private static final Scratch FILE = new Scratch(".ckimg");

  private final Map<String, Integer> refused = new TreeMap<>();
  private final Map<String, Integer> sound = new TreeMap<>();
  private final Map<String, Integer> expected = new TreeMap<>();

  /** Tries cases, starting at another one in each image, so that all kinds of places are met. */
  private void sweep(String kind, int cases, int start, IntFunction<byte[]> damaged)
      throws IOException {
    if (!KINDS.matcher(kind).matches()) {
      return;
    }
    int step = STEP == 0 ? cases / FEW + 1 : STEP;
    int first = start % Math.min(step, cases);
    for (int i = first; i < cases; i += step) {
      byte[] image = damaged.apply(i);
      int at = i;
      boolean read = Judgement.of(image, FILE.with(image), () -> kind + " " + at);
      (read ? sound : refused).merge(kind, 1, Integer::sum);
    }
    expected.merge(kind, (cases - first + step - 1) / step, Integer::sum);
  }

  @Test
  void everyGoldenImage() throws IOException {
    int start = 0;
    Map<String, byte[]> images = Golden.images();
    for (Map.Entry<String, byte[]> named : images.entrySet()) {
      byte[] image = named.getValue();
      start += 7;
      Fields fields = Fields.of(image);
      sweep("cut", image.length, start, length -> Corruptions.cut(image, length));
      sweep(
          "cut, sealed",
          Corruptions.sealedCuts(image),
          start,
          i -> Corruptions.cutAndSeal(image, i));
      sweep("byte flipped", image.length, start, at -> flipped(image, at));
      sweep("byte flipped, sealed", image.length, start, at -> sealed(image, at));
      sweep("limit", fields.cases(), start, i -> fields.damaged(i, false));
      sweep("limit, sealed", fields.cases(), start, i -> fields.damaged(i, true));
      System.out.printf(
          "%s: %,d bytes, %,d limits%n", named.getKey(), image.length, fields.cases());
    }
    report(images.size());
  }

  /** All its bits. */
  private static byte[] flipped(byte[] image, int at) {
    return Corruptions.overwrite(image, at, (byte) ~image[at]);
  }

  private static byte[] sealed(byte[] image, int at) {
    return Corruptions.overwriteAndSeal(image, at, (byte) ~image[at]);
  }

  private void report(int images) throws IOException {
    assertEquals(21, images);
    assertFalse(expected.isEmpty(), KINDS::toString);
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Integer> kind : expected.entrySet()) {
      int bad = refused.getOrDefault(kind.getKey(), 0);
      int good = sound.getOrDefault(kind.getKey(), 0);
      assertEquals(kind.getValue(), bad + good, kind.getKey());
      assertTrue(bad > 0, kind.getKey());
      lines.add("%s\t%d\t%d\t%d\t%d".formatted(kind.getKey(), images, kind.getValue(), bad, good));
    }
    lines.forEach(System.out::println);
    assertFalse(sound.containsKey("cut") || sound.containsKey("byte flipped"), sound::toString);
    String file = System.getProperty("ckimg.sweep.results");
    if (file != null) {
      keep(Path.of(file), lines);
    }
  }

  /** Puts lines in the place of those of the same kinds. */
  private void keep(Path file, List<String> lines) throws IOException {
    TreeSet<String> all = new TreeSet<>(lines);
    try (Stream<String> before = Files.lines(file)) {
      before.filter(line -> !expected.containsKey(line.split("\t")[0])).forEach(all::add);
    }
    Files.write(file, all);
  }
}
