/**
 * Reads images. A file is opened by its ends and read in the middle on demand:
 *
 * <pre>
 * header section* directory footer
 *   |       |         |        |
 *   +-------|---------+--------+---- ImageReader.open: checksums, root digest
 *           +-- tables ------------- checkpoint(): all of them, every reference
 *           +-- PAGES: tables ------ pages(object): one block at a time
 *                      data -------- checkpoint().memory(): one frame at a time
 * </pre>
 *
 * FORMAT.md is normative. Every problem of an image is an {@link org.ckimg.spec.ImageException}
 * that names rule, section and offset.
 */
package org.ckimg.reader;
