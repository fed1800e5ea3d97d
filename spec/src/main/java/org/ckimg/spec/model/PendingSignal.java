package org.ckimg.spec.model;

/**
 * A signal that was sent and not yet delivered.
 *
 * @param number signal number
 * @param siginfo 128 bytes, {@code siginfo_t}; empty when the source has only the number
 */
public record PendingSignal(int number, Bytes siginfo) {}
