package org.ckimg.spec.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * When, where and by what an image was made: all that differs between two dumps of one stopped
 * program.
 *
 * @param createdNanos CLOCK_REALTIME at the stop, nanoseconds since 1970
 * @param monotonicNanos CLOCK_MONOTONIC at the stop
 * @param boottimeNanos CLOCK_BOOTTIME at the stop
 * @param stopNanos how long the program stood still
 * @param copyNanos how long the copy took
 * @param host node name
 * @param tool name and version
 * @param codecs codec libraries and versions
 * @param source format that was converted
 */
public record Origin(
    OptionalLong createdNanos,
    OptionalLong monotonicNanos,
    OptionalLong boottimeNanos,
    OptionalLong stopNanos,
    OptionalLong copyNanos,
    Optional<Bytes> host,
    Optional<Bytes> tool,
    Optional<Bytes> codecs,
    Optional<Bytes> source) {}
