package org.ckimg.tools;

import org.ckimg.tools.cli.Console;

/** Where the program starts. */
public final class Main {
  private Main() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    System.exit(Ckimg.run(Console.system(), arguments));
  }
}
