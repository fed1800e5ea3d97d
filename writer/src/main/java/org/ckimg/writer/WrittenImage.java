package org.ckimg.writer;

import org.ckimg.spec.model.Digest;

/**
 * What was written.
 *
 * @param identity root digest
 * @param lengthBytes length of the image
 * @param pages totals over all objects
 */
public record WrittenImage(Digest identity, long lengthBytes, PageCounts pages) {}
