package org.ckimg.interop.archive;

import java.io.IOException;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;

/**
 * A folder with a file of another one where it has none with that name: engines move what CRIU
 * counted out of the folder with its images.
 */
record WithFile(Folder folder, String file, Folder other) implements Folder {
  private boolean isOther(String name) {
    return name.equals(file) && !folder.names().contains(name);
  }

  @Override
  public SortedSet<String> names() {
    if (!other.names().contains(file)) {
      return folder.names();
    }
    SortedSet<String> all = new TreeSet<>(folder.names());
    all.add(file);
    return Collections.unmodifiableSortedSet(all);
  }

  @Override
  public Optional<ByteSource> open(String name) throws IOException {
    return isOther(name) ? other.open(name) : folder.open(name);
  }

  @Override
  public Optional<Folder> folder(String name) throws IOException {
    return folder.folder(name);
  }

  @Override
  public long lengthBytes() throws IOException {
    return folder.lengthBytes();
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
