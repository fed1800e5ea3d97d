package org.ckimg.interop;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.SortedSet;

/** Files by name: a directory, or what lies below one in an archive. */
public interface Folder extends Closeable {
  /** Names of the files in it, not of those in folders below. */
  SortedSet<String> names();

  /** The file with this name, closed by the caller before the folder; empty when there is none. */
  Optional<ByteSource> open(String name) throws IOException;

  /** The same of the folder with this name; nothing is closed with it. */
  Optional<Folder> folder(String name) throws IOException;

  /** Bytes of all files in it, as they are stored. */
  long lengthBytes() throws IOException;
}
