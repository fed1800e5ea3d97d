package org.ckimg.spec.model;

/**
 * An installed seccomp filter.
 *
 * @param flags SECCOMP_FILTER_FLAG_ bits
 * @param program {@code struct sock_filter} instructions, 8 bytes each
 */
public record SeccompFilter(long flags, Bytes program) {}
