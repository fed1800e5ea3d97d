package org.ckimg.writer;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Takes sections without data in file order. */
@FunctionalInterface
interface SectionSink {
  /** Takes one section whose meta is the remaining bytes of {@code meta}, one after the other. */
  void section(int type, int flags, int item, ByteBuffer... meta) throws IOException;
}
