package org.ckimg.interop.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;

/** Files by path, numbered as they appear. Of a file a core knows the path, and that it is gone. */
final class FileTable {
  static final String DELETED = " (deleted)";

  private final Map<Bytes, Integer> ids = new HashMap<>();
  private final List<FileFacts> files = new ArrayList<>();

  /** Id of the file that the kernel shows under this path. */
  int id(Bytes path) {
    return ids.computeIfAbsent(path, this::add);
  }

  private int add(Bytes path) {
    boolean deleted = path.endsWith(DELETED);
    Bytes name = deleted ? path.slice(0, path.length() - DELETED.length()) : path;
    files.add(FileFacts.named(files.size() + 1, name, deleted));
    return files.size();
  }

  List<FileFacts> files() {
    return files;
  }
}
