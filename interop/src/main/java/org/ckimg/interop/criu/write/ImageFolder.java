package org.ckimg.interop.criu.write;

import java.io.IOException;
import java.nio.channels.WritableByteChannel;

/** Where images go. */
@FunctionalInterface
public interface ImageFolder {
  /** A new file with this name, which the writer closes. */
  WritableByteChannel create(String name) throws IOException;
}
