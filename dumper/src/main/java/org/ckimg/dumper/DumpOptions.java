package org.ckimg.dumper;

import org.ckimg.writer.Compression;

/**
 * What the caller asks for.
 *
 * @param stop true to let the program stand still until the image is complete
 * @param kill true to end the program when the image is complete
 * @param partial true to record what can be captured of a program that cannot be captured whole
 * @param compression of pages
 */
public record DumpOptions(boolean stop, boolean kill, boolean partial, Compression compression) {}
