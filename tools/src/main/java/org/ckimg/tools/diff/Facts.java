package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.LongFunction;

/**
 * What is known of one thing: values by name, as text. A value that is not there is not known, so
 * it is compared with nothing. Of a list that is known whole, an entry that is not there does not
 * exist, which is a difference.
 */
final class Facts {
  private static final String SEPARATOR = ".";

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, Map<String, String>> lists = new LinkedHashMap<>();

  Facts put(String name, Object value) {
    values.put(name, value.toString());
    return this;
  }

  Facts put(String name, Optional<?> value) {
    value.ifPresent(known -> put(name, known));
    return this;
  }

  Facts put(String name, OptionalInt value) {
    return put(name, value, Integer::toString);
  }

  Facts put(String name, OptionalInt value, IntFunction<String> form) {
    value.ifPresent(known -> put(name, form.apply(known)));
    return this;
  }

  Facts put(String name, OptionalLong value, LongFunction<String> form) {
    value.ifPresent(known -> put(name, form.apply(known)));
    return this;
  }

  /** A list of which every entry is known. */
  Facts list(String name, Map<String, String> entries) {
    lists.put(name, entries);
    return this;
  }

  /** Those of {@code more} under a name in front of theirs. */
  Facts putAll(String name, Facts more) {
    more.values.forEach((key, value) -> values.put(name + SEPARATOR + key, value));
    more.lists.forEach((key, value) -> lists.put(name + SEPARATOR + key, value));
    return this;
  }

  /** Those of {@code more} too. */
  Facts putAll(Facts more) {
    values.putAll(more.values);
    lists.putAll(more.lists);
    return this;
  }

  /** Names of the values and lists that are known. */
  Set<String> names() {
    return union(values, lists);
  }

  /** Of these names, what is known, as one text: two that agree in all of them have the same. */
  String text(Collection<String> names) {
    StringBuilder text = new StringBuilder();
    for (String name : names) {
      String value =
          values.containsKey(name) ? values.get(name) : new TreeMap<>(lists.get(name)).toString();
      text.append(value.length()).append(':').append(value);
    }
    return text.toString();
  }

  /** True when nothing that both know differs. */
  static boolean agree(Facts a, Facts b) {
    return differences(a, b, new LinkedHashSet<>()).isEmpty();
  }

  /**
   * What differs, in the order of the first.
   *
   * @param unknown takes names of values and lists that only one of them knows
   */
  static List<FieldDiff> differences(Facts a, Facts b, Set<String> unknown) {
    List<FieldDiff> differences = new ArrayList<>();
    for (String name : union(a.values, b.values)) {
      Optional<String> before = Optional.ofNullable(a.values.get(name));
      Optional<String> after = Optional.ofNullable(b.values.get(name));
      if (before.isEmpty() || after.isEmpty()) {
        unknown.add(name);
      } else if (!before.equals(after)) {
        differences.add(new FieldDiff(name, before, after));
      }
    }
    for (String name : union(a.lists, b.lists)) {
      if (a.lists.containsKey(name) && b.lists.containsKey(name)) {
        compare(name, a.lists.get(name), b.lists.get(name), differences);
      } else {
        unknown.add(name);
      }
    }
    return differences;
  }

  private static void compare(
      String list, Map<String, String> a, Map<String, String> b, List<FieldDiff> differences) {
    for (String name : union(a, b)) {
      Optional<String> before = Optional.ofNullable(a.get(name));
      Optional<String> after = Optional.ofNullable(b.get(name));
      if (!before.equals(after)) {
        differences.add(new FieldDiff(list + SEPARATOR + name, before, after));
      }
    }
  }

  private static Set<String> union(Map<String, ?> a, Map<String, ?> b) {
    Set<String> names = new LinkedHashSet<>(a.keySet());
    names.addAll(b.keySet());
    return names;
  }
}
