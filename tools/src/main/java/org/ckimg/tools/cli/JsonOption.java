package org.ckimg.tools.cli;

import picocli.CommandLine.Option;

/** {@code --json}. */
public final class JsonOption {
  @Option(names = "--json", description = "Print one JSON document.")
  private boolean json;

  /** Filled in by picocli. */
  public JsonOption() {}

  /** True when it was given. */
  public boolean isSet() {
    return json;
  }
}
