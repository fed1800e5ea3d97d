package org.ckimg.reader.internal.file;

import org.ckimg.spec.ChecksumMismatchException;
import org.ckimg.spec.Finding;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.TruncatedImageException;
import org.ckimg.spec.UnsupportedImageException;

/**
 * Where broken rules go. The verifier collects them all; the reader refuses at the first one, so
 * that both judge by the same code.
 */
@FunctionalInterface
public interface Findings {
  /** Refuses: every finding becomes the exception of its kind. */
  Findings REFUSE =
      finding -> {
        throw exception(finding);
      };

  /** Takes a finding. */
  void add(Finding finding) throws ImageException;

  /** Takes a finding. */
  default void add(Rule rule, String section, long offset, String text) throws ImageException {
    add(new Finding(rule, section, offset, text));
  }

  /** The exception that says {@code finding}. */
  static ImageException exception(Finding finding) {
    return switch (finding.rule()) {
      case HDR_01, FTR_10 -> new TruncatedImageException(finding);
      case HDR_03, HDR_08, SEC_13 -> new UnsupportedImageException(finding);
      case HDR_10, FTR_06, FTR_07, FTR_09, SEC_07, SEC_08, DIR_05, PAG_09, PAG_10, PAG_11 ->
          new ChecksumMismatchException(finding);
      default -> new MalformedImageException(finding);
    };
  }
}
