package org.ckimg.reader.verify;

import java.util.ArrayList;
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

  /** This with more findings. */
  Verdict with(List<Finding> more) {
    List<Finding> all = new ArrayList<>(findings);
    all.addAll(more);
    return new Verdict(all.isEmpty(), complete, identity, signature, all);
  }
}
