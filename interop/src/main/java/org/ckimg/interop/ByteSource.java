package org.ckimg.interop;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Bytes that can be read at any place. For one thread at a time. */
public interface ByteSource extends Closeable {
  /** What messages call it, safe to print. */
  String name();

  /** Number of bytes. */
  long length();

  /**
   * Fills {@code into} from its position to its limit.
   *
   * @param offset of the first byte, at least 0
   * @return bytes read; fewer than asked for only at the end
   */
  int read(long offset, ByteBuffer into) throws IOException;
}
