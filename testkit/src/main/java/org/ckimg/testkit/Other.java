package org.ckimg.testkit;

/**
 * A section of any type, its meta given as bytes.
 *
 * @param flags of the section head
 */
record Other(int type, int item, int flags, byte[] content) implements Draft {}
