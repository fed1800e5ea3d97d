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
      case Rule.HDR_01, Rule.FTR_10 -> new TruncatedImageException(finding);
      case Rule.HDR_03, Rule.HDR_08, Rule.SEC_13 -> new UnsupportedImageException(finding);
      case Rule.HDR_10,
          Rule.FTR_06,
          Rule.FTR_07,
          Rule.FTR_09,
          Rule.SEC_07,
          Rule.SEC_08,
          Rule.DIR_05,
          Rule.PAG_09,
          Rule.PAG_10,
          Rule.PAG_11 ->
          new ChecksumMismatchException(finding);
      default -> new MalformedImageException(finding);
    };
  }
}
