package org.ckimg.spec.model;

/**
 * Bounds of the parts of an address space, byte addresses, as {@code struct prctl_mm_map} of {@code
 * linux/prctl.h} has them.
 */
public record MemoryLayout(
    long startCode,
    long endCode,
    long startData,
    long endData,
    long startBrk,
    long brk,
    long startStack,
    long argStart,
    long argEnd,
    long envStart,
    long envEnd) {}
