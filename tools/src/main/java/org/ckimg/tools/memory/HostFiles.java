package org.ckimg.tools.memory;

import java.io.IOException;
import java.util.Optional;
import org.ckimg.interop.ByteSource;

/** What an image leaves to the machine, as far as this one can stand in for it. */
public interface HostFiles {
  /** Nothing but what is in the image. */
  HostFiles NONE =
      new HostFiles() {
        @Override
        public Optional<ByteSource> find(int file) {
          return Optional.empty();
        }

        @Override
        public Optional<byte[]> vdso() {
          return Optional.empty();
        }
      };

  /**
   * A file with the bytes that the program had mapped.
   *
   * @param file id of the file in the checkpoint
   * @return empty when it is not here, or not proven to be the same
   */
  Optional<ByteSource> find(int file) throws IOException;

  /** Pages of the vdso that the program had; empty when this kernel has another. */
  Optional<byte[]> vdso() throws IOException;
}
