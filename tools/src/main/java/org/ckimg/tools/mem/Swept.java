package org.ckimg.tools.mem;

/**
 * What was gone through, and what was not.
 *
 * @param bytes that the image has and were gone through
 * @param pagesElsewhere pages of mapped files that the image leaves to these files
 * @param mappingsElsewhere mappings with such pages
 */
public record Swept(long bytes, long pagesElsewhere, int mappingsElsewhere) {}
