package org.ckimg.reader.internal.table;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Bytes;

/**
 * One record of a table and where it is.
 *
 * @param value the parsed record
 * @param index in the whole table, from 0
 * @param offset from the image's start
 * @param section name of the section
 * @param meta that the record is in
 * @param at offset of the record in {@code meta}
 * @param heap offset of the heap in {@code meta}
 */
public record Row<R>(
    R value, long index, long offset, String section, ByteBuffer meta, int at, int heap) {
  /** The bytes that a blob of this record names. */
  public Bytes bytes(CkimgImage.Blob blob) {
    return Bytes.of(meta.array(), heap + (int) blob.ofs(), (int) blob.len());
  }

  /**
   * The same as numbers of 4 bytes, without a copy; bytes behind the last whole one are left out.
   */
  IntBuffer numbers(CkimgImage.Blob blob) {
    return ByteBuffer.wrap(meta.array(), heap + (int) blob.ofs(), (int) blob.len())
        .order(ByteOrder.LITTLE_ENDIAN)
        .asIntBuffer();
  }

  /** The record's own {@code count} bytes from {@code from}. */
  Bytes record(int from, int count) {
    return Bytes.of(meta.array(), at + from, count);
  }
}
