package org.ckimg.reader.verify;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.Finding;
import org.ckimg.spec.model.Digest;

/**
 * What is to be said of an image.
 *
 * @param sound true when it breaks no rule
 * @param complete false when the file was cut
 * @param identity the root digest, when the file has it and it fits
 * @param signature whether it is signed
 * @param findings every place that breaks a rule, in file order
 */
public record Verdict(
    boolean sound,
    boolean complete,
    Optional<Digest> identity,
    SignatureState signature,
    List<Finding> findings) {
  /** Copies the list. */
  public Verdict {
    findings = List.copyOf(findings);
  }
}
