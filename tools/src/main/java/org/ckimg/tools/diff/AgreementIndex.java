package org.ckimg.tools.diff;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Things by what is known of them: finds the first that agrees with other facts without comparing
 * all. Of things of one shape, which is the names that are known of them, those that agree are
 * equal in what they have in common, so that they have one text.
 */
final class AgreementIndex<T> {
  private final Map<Set<String>, Shape<T>> shapes = new LinkedHashMap<>();
  private int size;

  /** Something that has not been taken, unless {@code taken}. */
  private static final class Item<T> {
    private final int order;
    private final Facts facts;
    private final T thing;
    private boolean taken;

    Item(int order, Facts facts, T thing) {
      this.order = order;
      this.facts = facts;
      this.thing = thing;
    }
  }

  /** Items with the same names, and by the texts of some of these. */
  private record Shape<T>(
      Set<String> names, List<Item<T>> items, Map<Set<String>, Map<String, Queue<T>>> byText) {
    Shape(Set<String> names) {
      this(names, new ArrayList<>(), new HashMap<>());
    }

    Optional<Item<T>> first(Facts wanted) {
      Set<String> common = new TreeSet<>(wanted.names());
      common.retainAll(names);
      Queue<T> queue = byText.computeIfAbsent(common, this::index).get(wanted.text(common));
      return queue == null ? Optional.empty() : queue.first();
    }

    private Map<String, Queue<T>> index(Set<String> common) {
      Map<String, Queue<T>> index = new HashMap<>();
      for (Item<T> item : items) {
        index.computeIfAbsent(item.facts.text(common), _ -> new Queue<>()).items.add(item);
      }
      return index;
    }
  }

  /** Items in their order; what was taken is passed over once. */
  private static final class Queue<T> {
    private final List<Item<T>> items = new ArrayList<>(1);
    private int next;

    Optional<Item<T>> first() {
      while (next < items.size() && items.get(next).taken) {
        next++;
      }
      return next < items.size() ? Optional.of(items.get(next)) : Optional.empty();
    }
  }

  void add(Facts facts, T thing) {
    shapes.computeIfAbsent(facts.names(), Shape::new).items.add(new Item<>(size++, facts, thing));
  }

  /** The first that agrees and has not been taken yet. */
  Optional<T> take(Facts wanted) {
    Optional<Item<T>> best = Optional.empty();
    for (Shape<T> shape : shapes.values()) {
      Optional<Item<T>> found = shape.first(wanted);
      if (found.isPresent() && (best.isEmpty() || found.get().order < best.get().order)) {
        best = found;
      }
    }
    best.ifPresent(item -> item.taken = true);
    return best.map(item -> item.thing);
  }
}
