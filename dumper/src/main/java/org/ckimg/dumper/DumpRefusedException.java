package org.ckimg.dumper;

import java.io.IOException;
import java.util.List;

/** The program holds what cannot be captured; nothing was written, and it runs on. */
public final class DumpRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient List<String> reasons;

  /** Carries every reason. */
  public DumpRefusedException(List<String> reasons) {
    super(String.join("\n", reasons));
    this.reasons = List.copyOf(reasons);
  }

  /** One line each, such as {@code fd 7: netlink socket: not supported}. */
  public List<String> reasons() {
    return reasons;
  }
}
