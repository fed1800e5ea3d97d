package org.ckimg.spec.model;

/**
 * The image that this one continues.
 *
 * @param identity root digest of the parent
 * @param depth number of images below this one, at least 1
 */
public record Parent(Digest identity, int depth) {}
