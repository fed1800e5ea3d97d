package org.ckimg.restorer.gather;

import java.util.Optional;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;

/** What became of looking for a file of the image. */
public sealed interface FileLookup {
  /**
   * It is there.
   *
   * @param movedTo its path now, when only its handle led to it
   */
  record Found(OpenedFile file, Optional<Bytes> movedTo) implements FileLookup {}

  /** It could not be opened. */
  record Missing(SyscallException reason) implements FileLookup {}

  /** It is there with other bytes, and the image carries the bytes that the program had mapped. */
  record Changed() implements FileLookup {}

  /** No path leads to it any more; this is the folder that it was in. */
  record Nameless(OpenedFile folder) implements FileLookup {}

  /** It has no path to look for: something that is no file. */
  record NotLookedFor() implements FileLookup {}
}
