package org.ckimg.interop.archive;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What is in an archive, by name from its top. */
final class Archive implements Closeable {
  private final NavigableMap<String, Place> files = new TreeMap<>();
  private final NavigableMap<String, TarEntry> links = new TreeMap<>();
  private final List<Closeable> held = new ArrayList<>();
  private boolean cut;

  /** Files and where their bytes are. */
  NavigableMap<String, Place> files() {
    return files;
  }

  /** Links that stay in the archive, as they are. */
  NavigableMap<String, TarEntry> links() {
    return links;
  }

  /** Files below a folder, by name from the top. */
  Map<String, Place> below(String folder) {
    // '0' is the character behind '/'.
    return folder.isEmpty() ? files : files.subMap(folder + "/", folder + "0");
  }

  /** Where the symbolic link with this name leads. */
  Optional<String> target(String link) {
    return Optional.ofNullable(links.get(link))
        .filter(entry -> entry.kind() == TarEntry.Kind.SYMBOLIC_LINK)
        .flatMap(entry -> EntryName.target(EntryName.folder(link), entry.target()));
  }

  /** True when its end is missing. */
  boolean isCut() {
    return cut;
  }

  void setCut() {
    cut = true;
  }

  /** Closes this with the archive. */
  void hold(Closeable resource) {
    held.add(resource);
  }

  @Override
  public void close() throws IOException {
    for (Closeable resource : held.reversed()) {
      resource.close();
    }
  }
}
