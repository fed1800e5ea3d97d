package org.ckimg.dumper;

/**
 * What the caller asks for.
 *
 * @param stop true to let the program stand still until the image is complete
 * @param kill true to end the program when the image is complete
 * @param partial true to record what can be captured of a program that cannot be captured whole
 */
public record DumpOptions(boolean stop, boolean kill, boolean partial) {
  /** The program barely notices and goes on. */
  public static final DumpOptions DEFAULT = new DumpOptions(false, false, false);
}
