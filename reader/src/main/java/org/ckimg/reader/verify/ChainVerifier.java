package org.ckimg.reader.verify;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.ParentSource;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Digest;

/**
 * Answers whether an image and all those that it continues are sound, and fit each other. It looks
 * below an image only when that one is sound.
 */
public final class ChainVerifier {
  private static final int PARENT_AT = 40;

  private final Depth depth;
  private final ParentSource parents;
  private final LongConsumer progress;
  private final List<Verdict> verdicts = new ArrayList<>();
  private Optional<Digest> missing = Optional.empty();

  private ChainVerifier(Depth depth, ParentSource parents, LongConsumer progress) {
    this.depth = depth;
    this.parents = parents;
    this.progress = progress;
  }

  /**
   * Verifies a chain.
   *
   * @param channel to the whole file of the last image, left open
   * @param parents finds the other ones
   * @param progress takes the bytes of page data of each block that is done; called by several
   *     threads
   */
  public static ChainVerdict verify(
      FileChannel channel, Depth depth, ParentSource parents, LongConsumer progress)
      throws IOException {
    ChainVerifier verifier = new ChainVerifier(depth, parents, progress);
    verifier.verify(channel);
    return new ChainVerdict(verifier.verdicts, verifier.missing);
  }

  private void verify(FileChannel channel) throws IOException {
    Verdict verdict = ImageVerifier.verify(channel, depth, progress);
    int place = verdicts.size();
    verdicts.add(verdict);
    if (!verdict.sound()) {
      return;
    }
    Optional<Digest> wanted = ImageReader.open(channel).missing();
    if (wanted.isEmpty()) {
      return;
    }
    Optional<FileChannel> parent = parents.find(wanted.get());
    if (parent.isEmpty()) {
      missing = wanted;
      verdicts.set(place, verdict.with(List.of(missing(wanted.get()))));
      return;
    }
    try (FileChannel open = parent.get()) {
      verdicts.set(place, verdict.with(verifyLink(channel, open)));
    }
  }

  private static Finding missing(Digest identity) {
    String text = "the parent, the image %s, is not at hand".formatted(identity);
    return new Finding(Rule.CHN_01, "header", PARENT_AT, text);
  }

  /** The parent's own verdict comes behind the child's; what is said of the two is the child's. */
  private List<Finding> verifyLink(FileChannel child, FileChannel parent) throws IOException {
    FindingList findings = new FindingList();
    int place = verdicts.size();
    if (Link.headersFit(child, parent, findings)) {
      verify(parent);
      if (verdicts.get(place).sound()) {
        Link.verify(child, parent, findings);
      }
    }
    return findings.sorted();
  }
}
