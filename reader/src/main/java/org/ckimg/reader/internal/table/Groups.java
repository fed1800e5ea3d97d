package org.ckimg.reader.internal.table;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Lists by the index of the record that they belong to. */
final class Groups<T> {
  private final Map<Long, List<T>> lists = new HashMap<>();

  void add(long owner, T value) {
    lists.computeIfAbsent(owner, o -> new ArrayList<>()).add(value);
  }

  List<T> of(long owner) {
    return lists.getOrDefault(owner, List.of());
  }
}
