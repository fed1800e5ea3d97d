package org.ckimg.reader.verify;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Digest;

/**
 * What is to be said of an image and those that it continues.
 *
 * @param images verdicts: of the image itself, of its parent, and so on, as far as they were judged
 * @param missing identity of a parent that was not found, which is a finding of its child
 */
public record ChainVerdict(List<Verdict> images, Optional<Digest> missing) {
  /** Copies the list. */
  public ChainVerdict {
    images = List.copyOf(images);
  }

  /** The image that was asked about. */
  public Verdict image() {
    return images.getFirst();
  }

  /** True when every image is there and breaks no rule. */
  public boolean sound() {
    return images.stream().allMatch(Verdict::sound);
  }
}
