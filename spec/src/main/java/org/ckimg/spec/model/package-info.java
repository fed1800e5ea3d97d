/**
 * The model of a frozen program. Every record is immutable, every list copied; a component that a
 * source may not know is Optional. Addresses and masks are unsigned in {@code long}.
 */
package org.ckimg.spec.model;
