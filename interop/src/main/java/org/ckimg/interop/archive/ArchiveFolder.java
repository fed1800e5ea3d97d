package org.ckimg.interop.archive;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;

/**
 * A folder of an archive. Of links only one to another folder of the archive is followed, as CRIU's
 * {@code parent} is.
 */
final class ArchiveFolder implements Folder {
  private final Archive archive;
  private final String path;
  private final SortedSet<String> names = new TreeSet<>();

  /**
   * A folder.
   *
   * @param path from the top of the archive; empty for the top
   */
  ArchiveFolder(Archive archive, String path) {
    this.archive = archive;
    this.path = path;
    for (String name : archive.below(path).keySet()) {
      String inside = path.isEmpty() ? name : name.substring(path.length() + 1);
      if (inside.indexOf('/') < 0) {
        names.add(inside);
      }
    }
  }

  private String inside(String name) {
    return path.isEmpty() ? name : path + "/" + name;
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(names);
  }

  @Override
  public Optional<ByteSource> open(String name) {
    return names.contains(name) ? Optional.of(archive.files().get(inside(name))) : Optional.empty();
  }

  @Override
  public Optional<Folder> folder(String name) {
    String below = inside(name);
    String place = archive.target(below).orElse(below);
    return archive.below(place).isEmpty()
        ? Optional.empty()
        : Optional.of(new ArchiveFolder(archive, place));
  }

  @Override
  public long lengthBytes() {
    return names.stream().mapToLong(name -> archive.files().get(inside(name)).length()).sum();
  }

  /** Nothing is closed: the archive is open as long as the image. */
  @Override
  public void close() {
    // Each file is a range of the archive.
  }
}
