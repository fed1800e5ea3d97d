package org.ckimg.testkit;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The conformance suite: sound images, and for every rule images that break it. */
public final class Vectors {
  private static final int RULE_ID = "CK-XXX-00".length();

  private final List<Vector> vectors = new ArrayList<>();

  private Vectors() {}

  /** All vectors; the same every time. */
  public static List<Vector> all() {
    Vectors all = new Vectors();
    Samples.all()
        .forEach((name, sample) ->
            all.vectors.add(
                new Vector(
                    "valid/" + name + ".ckimg", sample.get().build().bytes(), true, List.of())));
    EnvelopeVectors.addTo(all);
    SectionVectors.addTo(all);
    TableVectors.addTo(all);
    RecordVectors.addTo(all);
    SocketVectors.addTo(all);
    PageVectors.addTo(all);
    ChainVectors.addTo(all);
    return Collections.unmodifiableList(all.vectors);
  }

  /** The verdicts as JSON, one vector a line. */
  public static String verdicts() {
    return all().stream().map(Vector::json).collect(Collectors.joining(",\n", "{\n", "\n}\n"));
  }

  /**
   * An image that breaks a rule and no other.
   *
   * @param name the rule, and behind it what tells the image from others that break it
   */
  void broken(String name, byte[] image) {
    String rule = name.substring(0, RULE_ID);
    boolean complete = !rule.equals("CK-HDR-01") && !rule.equals("CK-FTR-10");
    vectors.add(new Vector("invalid/" + name + ".ckimg", image, complete, List.of(rule)));
  }

  /** Builds, lets {@code lie} overwrite fields, and seals. */
  void lie(String name, ImageBuilder builder, Consumer<Image> lie) {
    Image image = builder.build();
    lie.accept(image);
    broken(name, image.bytes());
  }

  /** One field of {@link Samples#tables} with another value. */
  void field(String name, String field, long value) {
    lie(name, Samples.tables(), image -> image.set(field, value));
  }

  /** {@link Samples#tables} put together in another way. */
  void tables(String name, Consumer<ImageBuilder> change) {
    ImageBuilder builder = Samples.tables();
    change.accept(builder);
    broken(name, builder.build().bytes());
  }
}
