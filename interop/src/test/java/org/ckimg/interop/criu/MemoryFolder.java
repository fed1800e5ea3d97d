package org.ckimg.interop.criu;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;
import org.ckimg.interop.MemorySource;

/** A folder that is only in memory, for sets that a test makes or damages. */
public final class MemoryFolder implements Folder {
  private final TreeMap<String, byte[]> files = new TreeMap<>();
  private final Map<String, MemoryFolder> folders = new TreeMap<>();

  MemoryFolder() {}

  /** A folder with these files. */
  public MemoryFolder(Map<String, byte[]> files) {
    this.files.putAll(files);
  }

  /** Puts a file there, or other bytes into it. */
  public MemoryFolder put(String name, byte[] bytes) {
    files.put(name, bytes);
    return this;
  }

  MemoryFolder put(String name, MemoryFolder folder) {
    folders.put(name, folder);
    return this;
  }

  byte[] bytes(String name) {
    return files.get(name);
  }

  @Override
  public SortedSet<String> names() {
    return Collections.unmodifiableSortedSet(files.navigableKeySet());
  }

  @Override
  public Optional<ByteSource> open(String name) {
    return Optional.ofNullable(files.get(name)).map(bytes -> new MemorySource(name, bytes));
  }

  @Override
  public Optional<Folder> folder(String name) {
    return Optional.ofNullable(folders.get(name));
  }

  @Override
  public long lengthBytes() {
    return files.values().stream().mapToLong(bytes -> bytes.length).sum();
  }

  @Override
  public void close() {}
}
