package org.ckimg.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.ckimg.reader.ParentSource;
import org.ckimg.spec.model.Digest;
import org.ckimg.testkit.Image;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Numbers;
import org.ckimg.testkit.Samples;

/** The images that samples continue, by their identity. */
final class Parents {
  /** Finds them. */
  static final ParentSource OF_SAMPLES = Parents::find;

  private static final Map<Digest, Parent> ALL = all();
  private static final int PAGE_SHIFT = 12;
  private static final int CHAIN_DEPTH = 20;
  private static final int PARENT = 40;

  private Parents() {}

  private record Parent(byte[] image, Path file) {}

  private static Map<Digest, Parent> all() {
    Map<Digest, Parent> all = new HashMap<>();
    for (Supplier<ImageBuilder> sample : Samples.all().values()) {
      Image image = sample.get().build();
      all.put(Digest.of(image.identity()), parent(image.bytes()));
    }
    return all;
  }

  private static Parent parent(byte[] image) {
    try {
      return new Parent(image, new Scratch(".ckimg").with(image));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<FileChannel> find(Digest identity) throws IOException {
    Parent parent = ALL.get(identity);
    return parent == null ? Optional.empty() : Optional.of(FileChannel.open(parent.file()));
  }

  /**
   * True when the parent that an image names is one of them, and has its shifts, its machine and
   * its system, and the depth before its own.
   */
  static boolean fit(byte[] child) {
    Parent parent = ALL.get(Digest.of(Arrays.copyOfRange(child, PARENT, PARENT + Digest.LENGTH)));
    return parent != null
        && Arrays.equals(child, PAGE_SHIFT, CHAIN_DEPTH, parent.image(), PAGE_SHIFT, CHAIN_DEPTH)
        && Numbers.get(child, CHAIN_DEPTH, 2) == Numbers.get(parent.image(), CHAIN_DEPTH, 2) + 1;
  }
}
