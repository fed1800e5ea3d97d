package org.ckimg.reader.verify;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.Envelope;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.reader.internal.table.References;
import org.ckimg.reader.internal.table.TableVerifier;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Bytes;

/**
 * Answers whether an image is sound: finds every rule of FORMAT.md that it breaks. Whether a host
 * can restore it is another question. What a broken image is like is the answer, not an error:
 * exceptions are those of reading the file.
 */
public final class ImageVerifier {
  private static final int SIGNATURE_AT = 104;

  private final ImageFile file;
  private final Depth depth;
  private final LongConsumer progress;
  private final FindingList findings = new FindingList();

  private ImageVerifier(ImageFile file, Depth depth, LongConsumer progress) {
    this.progress = progress;
    this.file = file;
    this.depth = depth;
  }

  /** Verifies the image in a file. */
  public static Verdict verify(Path path, Depth depth) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      return verify(channel, depth);
    }
  }

  /**
   * Verifies the image in a file.
   *
   * @param channel to the whole file, left open
   */
  public static Verdict verify(FileChannel channel, Depth depth) throws IOException {
    return verify(channel, depth, bytes -> {});
  }

  /**
   * Verifies the image in a file.
   *
   * @param channel to the whole file, left open
   * @param progress takes the bytes of page data of each block that is done; called by several
   *     threads
   */
  public static Verdict verify(FileChannel channel, Depth depth, LongConsumer progress)
      throws IOException {
    return new ImageVerifier(new ImageFile(channel), depth, progress).run();
  }

  private Verdict run() throws IOException {
    Envelope envelope = Envelope.check(file, findings);
    if (envelope.layout().isPresent()) {
      verifySections(envelope, envelope.layout().get());
    }
    SignatureState signature =
        envelope.footer().map(f -> signature(f, envelope)).orElse(SignatureState.NONE);
    return new Verdict(
        findings.isEmpty(), envelope.complete(), envelope.identity(), signature, findings.sorted());
  }

  private void verifySections(Envelope envelope, Layout layout) throws IOException {
    SectionWalk walk = new SectionWalk(file, layout, envelope, findings);
    walk.run();
    References references = TableVerifier.verify(walk.tables(), layout, findings);
    List<SectionInfo> blocks =
        new BlockVerifier(file, layout, references, findings).verify(walk.blocks());
    if (depth != Depth.METADATA) {
      boolean digests = depth == Depth.FULL;
      Supplier<PageVerifier> verifiers =
          () -> new PageVerifier(file, layout, references, findings, digests);
      new PagePass(blocks, verifiers, progress).run();
    }
  }

  private SignatureState signature(CkimgImage.Footer footer, Envelope envelope) {
    if (footer.signatureAlgorithm() == Format.SIGNATURE_NONE) {
      return SignatureState.NONE;
    }
    Bytes key = Bytes.of(footer.key());
    boolean fits = SignatureCheck.fits(key, footer.root(), footer.signature());
    if (!fits) {
      long at = file.length() - Format.FOOTER_BYTES + SIGNATURE_AT;
      findings.add(
          new Finding(Rule.FTR_09, "footer", at, "the signature does not fit key and root"));
    }
    return new SignatureState(true, fits && envelope.identity().isPresent(), Optional.of(key));
  }
}
