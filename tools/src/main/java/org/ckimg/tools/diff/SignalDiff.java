package org.ckimg.tools.diff;

import org.ckimg.spec.model.SignalAction;

/**
 * A signal that is met in another way.
 *
 * @param a in the first image
 * @param b in the second
 */
public record SignalDiff(SignalAction a, SignalAction b) {}
