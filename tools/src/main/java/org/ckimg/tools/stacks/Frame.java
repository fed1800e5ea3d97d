package org.ckimg.tools.stacks;

import java.util.Optional;
import org.ckimg.tools.symbols.Place;

/**
 * A call that had not returned.
 *
 * @param address where it goes on
 * @param stack its stack pointer
 * @param trust how it was found
 * @param signalFrame true for what a signal handler returns to
 * @param place of the address; empty when nothing is mapped there
 */
public record Frame(
    long address, long stack, Trust trust, boolean signalFrame, Optional<Place> place) {}
