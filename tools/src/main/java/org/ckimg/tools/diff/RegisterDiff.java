package org.ckimg.tools.diff;

import java.math.BigInteger;

/**
 * A register that differs.
 *
 * @param name the kernel's
 * @param a its value in the first image, unsigned
 * @param b its value in the second
 * @param general true for one that may hold an address
 */
public record RegisterDiff(String name, BigInteger a, BigInteger b, boolean general) {}
