package org.ckimg.restorer.gather;

import org.ckimg.linux.sys.SyscallException;

/** What became of looking for a file of the image. */
public sealed interface FileLookup {
  /** It is there. */
  record Found(OpenedFile file) implements FileLookup {}

  /** It could not be opened. */
  record Missing(SyscallException reason) implements FileLookup {}

  /** It is there with other bytes, and the image carries the bytes that the program had mapped. */
  record Changed() implements FileLookup {}

  /** It has no path to look for: a deleted file, or something that is no file. */
  record NotLookedFor() implements FileLookup {}
}
