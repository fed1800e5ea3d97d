package org.ckimg.restorer.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Sets of folders, each of which stands for everything below it. */
final class Folders {
  private Folders() {}

  /** Sorted, each once, and none that lies under another one. */
  static List<String> normal(List<String> folders) {
    List<String> kept = new ArrayList<>();
    for (String folder : distinct(folders)) {
      if (kept.stream().noneMatch(other -> contains(other, folder))) {
        kept.add(folder);
      }
    }
    return List.copyOf(kept);
  }

  /** Sorted, each once. */
  static List<String> distinct(List<String> names) {
    return List.copyOf(new TreeSet<>(names));
  }

  /** What lies in a folder of both. */
  static List<String> intersect(List<String> ours, List<String> theirs) {
    List<String> both = new ArrayList<>();
    for (String mine : ours) {
      for (String other : theirs) {
        if (contains(mine, other)) {
          both.add(other);
        } else if (contains(other, mine)) {
          both.add(mine);
        }
      }
    }
    return normal(both);
  }

  /** What lies in a folder of either. */
  static List<String> union(List<String> ours, List<String> theirs) {
    return normal(Stream.concat(ours.stream(), theirs.stream()).toList());
  }

  /** Names of both. */
  static List<String> common(List<String> ours, List<String> theirs) {
    return ours.stream().filter(theirs::contains).toList();
  }

  /** By whole components: /usr contains /usr and /usr/bin, not /usrlocal. */
  private static boolean contains(String folder, String path) {
    String prefix = folder.endsWith("/") ? folder : folder + "/";
    return path.equals(folder) || path.startsWith(prefix);
  }
}
