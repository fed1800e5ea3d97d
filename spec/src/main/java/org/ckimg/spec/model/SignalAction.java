package org.ckimg.spec.model;

/**
 * What a process does with a signal, {@code struct kernel_sigaction}.
 *
 * @param number signal number
 * @param handler address, 0 default, 1 ignore
 * @param flags SA_ bits
 * @param mask signals blocked in the handler, bit n - 1 is signal n
 * @param restorer address of the code that returns from the handler, 0 without SA_RESTORER
 */
public record SignalAction(int number, long handler, long flags, long mask, long restorer) {}
