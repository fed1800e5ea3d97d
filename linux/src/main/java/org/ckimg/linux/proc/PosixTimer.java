package org.ckimg.linux.proc;

/**
 * A POSIX timer, /proc/PID/timers.
 *
 * @param signal signal number
 * @param sigval value that the signal carries
 * @param notifyKind SIGEV_ number
 * @param target pid, or tid for SIGEV_THREAD_ID
 * @param thread true when {@code target} is a tid
 * @param clock CLOCK_ number
 */
public record PosixTimer(
    int id, int signal, long sigval, int notifyKind, int target, boolean thread, int clock) {}
