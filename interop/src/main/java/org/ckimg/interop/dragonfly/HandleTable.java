package org.ckimg.interop.dragonfly;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.interop.Row;
import org.ckimg.spec.model.FileFacts;

/** Files by handle; of those without one each is its own. */
final class HandleTable {
  private final Map<FileHandle, Integer> ids = new HashMap<>();
  private final List<FileHandle> handles = new ArrayList<>();

  /** Id of the file with this handle. */
  int id(FileHandle handle) {
    Integer known = handle.isKnown() ? ids.get(handle) : null;
    if (known != null) {
      return known;
    }
    handles.add(handle);
    ids.put(handle, handles.size());
    return handles.size();
  }

  List<FileFacts> files() {
    List<FileFacts> files = new ArrayList<>();
    for (FileHandle handle : handles) {
      files.add(handle.facts(files.size() + 1));
    }
    return files;
  }

  /** For the system that they are from. */
  List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (FileHandle handle : handles) {
      rows.add(
          new Row()
              .number("file", rows.size() + 1)
              .put("file-system", handle.fileSystem())
              .put("handle", handle.isKnown() ? handle.file() : "none"));
    }
    return rows;
  }

  /** Files of which nothing at all is known. */
  long unknown() {
    return handles.stream().filter(handle -> !handle.isKnown()).count();
  }
}
