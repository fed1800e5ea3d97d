/**
 * What differs between two checkpoints: pure functions from two subjects to records, which the
 * writers of {@code text} and {@code json} print. Nothing here knows a file format.
 */
package org.ckimg.tools.diff;
