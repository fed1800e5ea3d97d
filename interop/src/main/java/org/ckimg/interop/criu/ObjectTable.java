package org.ckimg.interop.criu;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/** The objects of a checkpoint and their pages. They get their numbers when all are known. */
final class ObjectTable implements Memory {
  private final List<Slot> slots = new ArrayList<>();
  private boolean numbered;

  /** An object that will have a number. */
  static final class Slot {
    private final MemoryObject.Kind kind;
    private final long length;
    private final OptionalInt owner;
    private final PageStore store;
    private int id;

    private Slot(MemoryObject.Kind kind, long length, OptionalInt owner, PageStore store) {
      this.kind = kind;
      this.length = length;
      this.owner = owner;
      this.store = store;
    }

    /** Object id. */
    int id() {
      if (id == 0) {
        throw new IllegalStateException("objects have no numbers yet");
      }
      return id;
    }

    long length() {
      return length;
    }

    PageStore store() {
      return store;
    }

    private MemoryObject object() {
      return new MemoryObject(id, kind, length, owner, OptionalInt.empty());
    }
  }

  /** Adds an object that all may refer to. */
  Slot add(MemoryObject.Kind kind, long length, PageStore store) {
    return add(new Slot(kind, length, OptionalInt.empty(), store));
  }

  /** Adds the private memory of a process. */
  Slot addPrivate(int process, PageStore store) {
    return add(new Slot(MemoryObject.Kind.PRIVATE, 0, OptionalInt.of(process), store));
  }

  private Slot add(Slot slot) {
    if (numbered) {
      throw new IllegalStateException("objects have their numbers");
    }
    slots.add(slot);
    return slot;
  }

  /** Numbers the objects by kind, owner and appearance. */
  void number() {
    slots.sort(
        Comparator.<Slot, MemoryObject.Kind>comparing(slot -> slot.kind)
            .thenComparingInt(slot -> slot.owner.orElse(0)));
    for (int i = 0; i < slots.size(); i++) {
      slots.get(i).id = i + 1;
    }
    numbered = true;
  }

  List<MemoryObject> objects() {
    return slots.stream().map(Slot::object).toList();
  }

  private PageStore store(int object) {
    return object < 1 || object > slots.size() ? PageStore.EMPTY : slots.get(object - 1).store;
  }

  @Override
  public PageRuns pages(int object) {
    return store(object).pages();
  }

  /** Pages of an object that a parent has. */
  PageRuns inherited(int object) {
    return store(object).inherited();
  }

  @Override
  public void read(int object, long firstPage, int numPages, MemorySegment into)
      throws IOException {
    store(object).read(firstPage, numPages, into);
  }
}
