package org.ckimg.tools.diff;

import java.util.List;

/**
 * The pages of a process, mapping by mapping; a page that is mapped twice counts twice.
 *
 * @param compared pages that both images have
 * @param changed those of them that differ and are not zero now
 * @param zeroed those of them that were not zero and are now
 * @param added pages that only the second image has
 * @param dropped pages that only the first image has
 * @param unknown pages that only one image has because the other is of a kind that leaves them out
 * @param read pages that had to be read, of both images; the others were compared by digest
 * @param ranges all that differ, by address
 */
public record PageDiff(
    long compared,
    long changed,
    long zeroed,
    long added,
    long dropped,
    long unknown,
    long read,
    List<PageRange> ranges) {
  /** Nothing was compared. */
  public static final PageDiff NONE = new PageDiff(0, 0, 0, 0, 0, 0, 0, List.of());

  /** Copies the list. */
  public PageDiff {
    ranges = List.copyOf(ranges);
  }
}
