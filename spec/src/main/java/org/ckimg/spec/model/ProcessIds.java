package org.ckimg.spec.model;

import java.util.OptionalInt;

/**
 * Ids of a process.
 *
 * @param pid process id
 * @param parent parent's pid
 * @param group process group
 * @param session session
 */
public record ProcessIds(int pid, OptionalInt parent, OptionalInt group, OptionalInt session) {}
