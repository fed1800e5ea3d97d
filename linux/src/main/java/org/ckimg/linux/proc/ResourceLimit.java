package org.ckimg.linux.proc;

/**
 * A resource limit, getrlimit(2).
 *
 * @param resource RLIMIT_ number
 * @param soft -1 for unlimited
 * @param hard -1 for unlimited
 */
public record ResourceLimit(int resource, long soft, long hard) {}
