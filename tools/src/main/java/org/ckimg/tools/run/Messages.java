package org.ckimg.tools.run;

/** Where ckimg speaks while a program runs that may have the terminal. */
public interface Messages {
  /** One line, safe to print. */
  void say(String line);
}
