package org.ckimg.tools.mem;

import java.util.ArrayList;
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
  private final Checkpoint checkpoint;
  private final Map<Integer, List<Mapped>> byObject = new HashMap<>();
  private final int pageShift;

  /** A mapping of an object. */
  private record Mapped(ProcessState process, Mappings mappings, Vma vma) {}

  Places(Checkpoint checkpoint, MemoryFilter filter) {
    this.checkpoint = checkpoint;
    this.pageShift = checkpoint.host().pageShift();
    for (ProcessState process : checkpoint.processes()) {
      Mappings mappings = new Mappings(checkpoint, process);
      for (Vma vma : process.vmas()) {
        if (vma.object().isPresent() && filter.takesProcess(process.pid())) {
          byObject
              .computeIfAbsent(vma.object().getAsInt(), _ -> new ArrayList<>())
              .add(new Mapped(process, mappings, vma));
        }
      }
    }
  }

  /** At least one; bytes that nothing leads to have one too. */
  List<Place> of(int object, long offset) {
    List<Place> places = new ArrayList<>();
    long page = offset >>> pageShift;
    for (Mapped mapped : byObject.getOrDefault(object, List.of())) {
      Vma vma = mapped.vma;
      if (page >= vma.objectPage() && page < vma.objectPage() + vma.numPages()) {
        long address = offset + (vma.firstPage() - vma.objectPage() << pageShift);
        places.add(at(mapped.process, mapped.mappings, address));
      }
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
    for (String holder : ObjectHolders.of(checkpoint, id)) {
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
