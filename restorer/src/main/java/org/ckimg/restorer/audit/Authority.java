package org.ckimg.restorer.audit;

/**
 * One thing that the image would bring back into the world.
 *
 * @param pid process of the image
 * @param whole true when it is of the image and not of that process, its first one
 * @param kind file, map, credential, signal, limit, pid …
 * @param what one phrase, such as {@code open /data/x read-write at 4096}
 * @param effect what the audit says to it
 */
public record Authority(int pid, boolean whole, String kind, String what, Grant effect) {
  /** What becomes of it. */
  public enum Grant {
    GRANT,
    ADJUST,
    REFUSE
  }
}
