package org.ckimg.tools;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.tools.cli.Console;
import org.ckimg.tools.cli.ImageArgument;
import org.ckimg.tools.cli.ParentsOption;
import org.ckimg.tools.cli.Progress;
import org.ckimg.tools.cli.UsageException;
import org.ckimg.tools.diff.Diff;
import org.ckimg.tools.diff.Differ;
import org.ckimg.tools.diff.Part;
import org.ckimg.tools.input.OpenImage;
import org.ckimg.tools.input.Subject;

/** Several images on one command line, and what differs between them. */
final class ImageComparison {
  private final Console console;
  private final String command;
  private Optional<String> subject = Optional.empty();

  /** For {@code command}, which stands in front of its messages. */
  ImageComparison(Console console, String command) {
    this.console = console;
    this.command = command;
  }

  /** Refuses images of which more than one would be standard input. */
  static void requireOneStream(List<String> images) {
    if (images.stream().filter("-"::equals).count() > 1) {
      throw new UsageException("standard input can be one image, not several");
    }
  }

  /** The image that is worked on. */
  Optional<String> subject() {
    return subject;
  }

  /** Opens an image with all that it continues. */
  OpenImage open(String name, ParentsOption parents) throws IOException {
    ImageArgument argument = ImageArgument.of(name);
    subject = argument.subject();
    OpenImage open = argument.openImage(console, parents.of(argument));
    try {
      parents.requireAll(open.missing(), argument);
      return open;
    } catch (IOException e) {
      open.close();
      throw e;
    }
  }

  /** Compares, with a bar. */
  Diff compare(Subject a, Subject b, Set<Part> parts) throws IOException {
    requireSamePages(a, b);
    warn(a);
    warn(b);
    try (Progress progress = new Progress(console, "comparing", commonBytes(a))) {
      return Differ.compare(a, b, parts, image -> subject = name(image), progress);
    }
  }

  private static Optional<String> name(Subject image) {
    return Optional.of(image.image().name());
  }

  /** Says what is to be known of an image before the rest is believed. */
  void warn(Subject image) {
    for (String text : image.image().warnings()) {
      console.err().println("%s: %s: %s".formatted(command, image.image().name(), text));
    }
  }

  private static long commonBytes(Subject subject) throws IOException {
    long pages = 0;
    for (int object = 1; object <= subject.checkpoint().objects().size(); object++) {
      pages += subject.pages().total(object).pages();
    }
    return pages << subject.checkpoint().host().pageShift();
  }

  private static void requireSamePages(Subject a, Subject b) throws UnsupportedImageException {
    int sizeA = a.checkpoint().host().pageSize();
    int sizeB = b.checkpoint().host().pageSize();
    if (sizeA != sizeB) {
      String text = "pages of %d bytes cannot be compared with the %d of %s";
      throw new UnsupportedImageException(
          new Finding(Rule.HDR_04, "header", 12, text.formatted(sizeB, sizeA, a.image().name())));
    }
  }
}
