package org.ckimg.e2e;

import java.io.IOException;
import java.util.function.Predicate;
import org.ckimg.restorer.plan.Step;

/** Does something after the audit, once, before the first step of a kind. */
final class Meddler extends Hostile.Believer {
  /** What somebody else does meanwhile. */
  @FunctionalInterface
  interface Deed {
    void done() throws Exception;
  }

  private final Predicate<Step> when;
  private final Deed what;
  private boolean done;

  Meddler(Predicate<Step> when, Deed what) {
    this.when = when;
    this.what = what;
  }

  @Override
  public void before(Step step) throws IOException {
    if (when.test(step) && !done) {
      done = true;
      try {
        what.done();
      } catch (Exception e) {
        throw new IOException("sabotaged", e);
      }
    }
  }
}
