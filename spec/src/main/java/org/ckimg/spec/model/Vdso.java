package org.ckimg.spec.model;

import java.util.Optional;

/**
 * What identifies a vdso, so that a program that cached addresses in it is never put onto another.
 *
 * @param digest SHA-256 of its pages
 * @param symbols lines of 16 hex digits (offset), a space, the name, a line feed; sorted
 */
public record Vdso(Digest digest, Optional<Bytes> symbols) {}
