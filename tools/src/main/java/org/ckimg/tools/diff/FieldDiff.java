package org.ckimg.tools.diff;

import java.util.Optional;

/**
 * A value that differs.
 *
 * @param name as in {@code ckimg inspect --json}, joined by dots
 * @param a in the first image; absent when there is none
 * @param b in the second image
 */
public record FieldDiff(String name, Optional<String> a, Optional<String> b) {}
