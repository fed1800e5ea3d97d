package org.ckimg.tools.diff;

/**
 * Consecutive pages of an address space to which the same happened.
 *
 * @param firstPage first page
 * @param endPage first page behind
 * @param change neither SAME nor UNKNOWN
 */
public record PageRange(long firstPage, long endPage, PageChange change) {}
