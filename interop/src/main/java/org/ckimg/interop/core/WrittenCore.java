package org.ckimg.interop.core;

/**
 * A core that was written.
 *
 * @param lengthBytes size, holes included
 * @param threads in it
 * @param segments of memory
 */
public record WrittenCore(long lengthBytes, int threads, int segments) {}
