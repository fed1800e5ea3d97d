package org.ckimg.tools.cli;

import java.util.Optional;

/** A command that works on something which its messages must name. */
public interface HasSubject {
  /** An image's name or {@code pid N}, safe to print; absent before the command line is parsed. */
  Optional<String> subject();
}
