package org.ckimg.spec.model;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How a thread is scheduled, sched(7).
 *
 * @param policy SCHED_ number
 * @param nice -20..19
 * @param priority 1..99 for real-time policies, else 0
 * @param flags SCHED_FLAG_ bits
 * @param affinity bit n of byte n / 8 is CPU n
 * @param ioPriority ioprio_get(2)
 * @param timerSlackNanos PR_GET_TIMERSLACK
 */
public record Scheduling(
    int policy,
    int nice,
    int priority,
    int flags,
    Bytes affinity,
    OptionalInt ioPriority,
    OptionalLong timerSlackNanos) {}
