package org.ckimg.linux.proc;

import java.util.Set;

/**
 * The VmFlags of a mapping, two letters each, proc_pid_smaps(5).
 *
 * @param start first address
 * @param end first address behind it
 * @param flags such as {@code gd} or {@code dc}
 */
public record VmFlags(long start, long end, Set<String> flags) {}
