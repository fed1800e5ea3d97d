package org.ckimg.tools.mem;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;

/** From a byte of an object to all the places where the program had it. */
final class Places {
  private static final Shown NOWHERE = new Shown(List.of(), new long[0]);

  private final Checkpoint checkpoint;
  private final Map<Integer, Shown> byObject = new HashMap<>();
  private final ObjectHolders holders;
  private final int pageShift;

  /** A mapping of an object; the first of a checkpoint has rank 0. */
  private record Mapped(int rank, ProcessState process, Mappings mappings, Vma vma) {
    long endPage() {
      return vma.objectPage() + vma.numPages();
    }
  }

  /** The mappings of one object by first page, and up to where those before each one reach. */
  private record Shown(List<Mapped> mapped, long[] reach) {
    static Shown of(List<Mapped> mapped) {
      mapped.sort(Comparator.comparingLong(m -> m.vma.objectPage()));
      long[] reach = new long[mapped.size()];
      long furthest = 0;
      for (int i = 0; i < reach.length; i++) {
        furthest = Math.max(furthest, mapped.get(i).endPage());
        reach[i] = furthest;
      }
      return new Shown(mapped, reach);
    }

    /** Those that show a page, as they come in the checkpoint. */
    List<Mapped> at(long page) {
      List<Mapped> found = new ArrayList<>();
      for (int i = behind(page) - 1; i >= 0 && reach[i] > page; i--) {
        if (mapped.get(i).endPage() > page) {
          found.add(mapped.get(i));
        }
      }
      found.sort(Comparator.comparingInt(Mapped::rank));
      return found;
    }

    /** Index of the first that starts behind a page. */
    private int behind(long page) {
      int low = 0;
      int high = mapped.size();
      while (low < high) {
        int middle = low + high >>> 1;
        if (mapped.get(middle).vma.objectPage() <= page) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }

  Places(Checkpoint checkpoint, MemoryFilter filter) {
    this.checkpoint = checkpoint;
    this.pageShift = checkpoint.host().pageShift();
    this.holders = new ObjectHolders(checkpoint);
    Map<Integer, List<Mapped>> mapped = new HashMap<>();
    int rank = 0;
    for (ProcessState process : checkpoint.processes()) {
      Mappings mappings = new Mappings(checkpoint, process);
      for (Vma vma : process.vmas()) {
        if (vma.object().isPresent() && filter.takesProcess(process.pid())) {
          mapped
              .computeIfAbsent(vma.object().getAsInt(), _ -> new ArrayList<>())
              .add(new Mapped(rank++, process, mappings, vma));
        }
      }
    }
    mapped.forEach((object, all) -> byObject.put(object, Shown.of(all)));
  }

  /** At least one; bytes that nothing leads to have one too. */
  List<Place> of(int object, long offset) {
    List<Place> places = new ArrayList<>();
    for (Mapped mapped : byObject.getOrDefault(object, NOWHERE).at(offset >>> pageShift)) {
      Vma vma = mapped.vma;
      long address = offset + (vma.firstPage() - vma.objectPage() << pageShift);
      places.add(at(mapped.process, mapped.mappings, address));
    }
    if (places.isEmpty()) {
      addUnmapped(places, object, offset);
    }
    return places;
  }

  /** An address of a process. */
  static Place at(ProcessState process, Mappings mappings, long address) {
    Optional<Vma> vma = mappings.at(address);
    return new Place(
        OptionalInt.of(process.pid()),
        OptionalLong.of(address),
        vma,
        mappings.place(address).orElse("outside every mapping"));
  }

  private void addUnmapped(List<Place> places, int id, long offset) {
    String behind = "+0x" + Long.toHexString(offset);
    for (String holder : holders.of(id)) {
      places.add(
          new Place(OptionalInt.empty(), OptionalLong.empty(), Optional.empty(), holder + behind));
    }
    if (!places.isEmpty()) {
      return;
    }
    MemoryObject object = checkpoint.object(id);
    OptionalInt owner = object.owner();
    if (owner.isPresent() && owner.getAsInt() < checkpoint.processes().size()) {
      ProcessState process = checkpoint.processes().get(owner.getAsInt());
      places.add(at(process, new Mappings(checkpoint, process), offset));
    } else {
      String kind = object.kind().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      places.add(
          new Place(
              OptionalInt.empty(),
              OptionalLong.empty(),
              Optional.empty(),
              "%s object %d%s".formatted(kind, id, behind)));
    }
  }
}
