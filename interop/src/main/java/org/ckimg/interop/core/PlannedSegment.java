package org.ckimg.interop.core;

import java.util.Optional;
import org.ckimg.spec.model.Bytes;

/**
 * A segment that is to be written.
 *
 * @param firstPage first page of the program's memory
 * @param numPages pages of memory
 * @param storedPages pages in the file, from the first on
 * @param protection 1 read, 2 write, 4 execute
 * @param layers where its pages are
 * @param supplement the stored pages, where the image does not have them
 */
record PlannedSegment(
    long firstPage,
    long numPages,
    long storedPages,
    int protection,
    PageLayers layers,
    Optional<Bytes> supplement) {}
