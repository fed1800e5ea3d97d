package org.ckimg.spec.model;

/**
 * An alternate signal stack, sigaltstack(2).
 *
 * @param address lowest address
 * @param bytes size
 * @param flags SS_ flags; 2 is SS_DISABLE
 */
public record AltStack(long address, long bytes, int flags) {}
