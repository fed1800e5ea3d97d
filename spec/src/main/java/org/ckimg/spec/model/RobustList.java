package org.ckimg.spec.model;

/**
 * set_robust_list(2).
 *
 * @param address of the head
 * @param bytes size of the head
 */
public record RobustList(long address, long bytes) {}
