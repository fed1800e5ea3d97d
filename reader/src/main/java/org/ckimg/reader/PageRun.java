package org.ckimg.reader;

/**
 * Consecutive pages of an object that are kept in the same way.
 *
 * @param firstPage page index in the object
 * @param numPages at least 1
 * @param state how each of them is kept
 */
public record PageRun(long firstPage, long numPages, PageState state) {}
