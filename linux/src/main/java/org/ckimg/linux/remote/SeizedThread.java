package org.ckimg.linux.remote;

import org.ckimg.linux.ptrace.Registers;

/**
 * A thread that stands still.
 *
 * @param tid thread id
 * @param registers as they are to be when it goes on: an EINTR that only our stop caused is cured
 * @param mask blocked signals, bit n - 1 is signal n
 */
public record SeizedThread(int tid, Registers registers, long mask) {}
