/**
 * Writes a {@link org.ckimg.spec.model.Checkpoint} as an image, front to back:
 *
 * <pre>
 * image   := header section* directory footer          Container
 * section := head table-part                           TableWriter, one XxxEncoder per section type
 *          | head block-tables raw-frames              ObjectPages → BlockPipeline → Block
 * </pre>
 *
 * <p>The thread that calls {@link org.ckimg.writer.ImageWriter} reads memory and writes the output;
 * workers hash the blocks in between. FORMAT.md is normative.
 */
package org.ckimg.writer;
