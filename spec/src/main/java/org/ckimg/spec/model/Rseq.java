package org.ckimg.spec.model;

/**
 * A registered restartable sequences area, rseq(2).
 *
 * @param address of {@code struct rseq}
 * @param bytes registered length
 * @param signature word in front of abort handlers
 * @param flags registration flags
 */
public record Rseq(long address, int bytes, int signature, int flags) {}
