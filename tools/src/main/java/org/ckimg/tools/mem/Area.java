package org.ckimg.tools.mem;

/**
 * Consecutive pages of an object that an image has.
 *
 * @param object id
 * @param firstPage page index in the object
 * @param numPages at least 1
 */
record Area(int object, long firstPage, long numPages) {}
