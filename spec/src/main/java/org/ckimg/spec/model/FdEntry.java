package org.ckimg.spec.model;

/**
 * One file descriptor of a process.
 *
 * @param number the descriptor
 * @param description id of the open file description
 * @param closeOnExec FD_CLOEXEC
 */
public record FdEntry(int number, int description, boolean closeOnExec) {}
