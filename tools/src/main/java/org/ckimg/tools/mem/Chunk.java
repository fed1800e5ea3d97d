package org.ckimg.tools.mem;

/**
 * Bytes of an object.
 *
 * @param object id
 * @param offset of the first byte in the object
 * @param bytes the buffer, which is used again for another piece
 * @param own bytes that are this piece's
 * @param length bytes in the buffer: those behind {@code own} belong to the next piece too
 */
record Chunk(int object, long offset, byte[] bytes, int own, int length) {}
