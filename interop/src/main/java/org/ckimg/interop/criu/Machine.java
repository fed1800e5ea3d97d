package org.ckimg.interop.criu;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.criu.proto.CoreEntry;
import org.ckimg.interop.criu.proto.MmEntry;
import org.ckimg.spec.Finding;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.UnsupportedImageException;
import org.ckimg.spec.model.Host;

/** What the images tell of the machine: its processor, and its pages by the auxiliary vector. */
final class Machine {
  private static final int LINUX = 1;
  private static final int AT_PAGESZ = 6;
  private static final int DEFAULT_SHIFT = 12;
  private static final List<Integer> SHIFTS = List.of(12, 14, 16);

  /** ELF numbers of machines in the order of CRIU's numbers from 1. */
  private static final int[] ELF = {Host.X86_64, 40, 183, 21, 22, 8, 258, 243};

  private Machine() {}

  static Host of(List<Task> tasks) throws MalformedImageException, UnsupportedImageException {
    int machine = elf(tasks.getFirst().core());
    for (Task task : tasks) {
      for (Task.Thread thread : task.threads()) {
        if (elf(thread.core()) != machine) {
          throw thread.core().malformed(CriuRule.RANGE, "is of another machine than the others");
        }
      }
    }
    return new Host(
        false,
        machine,
        LINUX,
        pageShift(tasks),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  private static int elf(Entry<CoreEntry> core) throws UnsupportedImageException {
    int number = core.message().getMtype();
    if (number < 1 || number > ELF.length) {
      throw new UnsupportedImageException(
          new Finding(
              CriuRule.RANGE,
              core.file(),
              core.offset(),
              "machine %s is not known here".formatted(Integer.toUnsignedString(number))));
    }
    return ELF[number - 1];
  }

  private static int pageShift(List<Task> tasks) throws MalformedImageException {
    for (Task task : tasks) {
      if (task.mm().isPresent()) {
        Entry<MmEntry> mm = task.mm().get();
        List<Long> auxv = mm.message().getSavedAuxvList();
        for (int i = 0; i + 1 < auxv.size(); i += 2) {
          if (auxv.get(i) == AT_PAGESZ) {
            return shift(mm, auxv.get(i + 1));
          }
        }
      }
    }
    return DEFAULT_SHIFT;
  }

  private static int shift(Entry<MmEntry> mm, long pageSize) throws MalformedImageException {
    for (int shift : SHIFTS) {
      if (pageSize == 1L << shift) {
        return shift;
      }
    }
    throw mm.malformed(
        CriuRule.RANGE, "pages of %s bytes".formatted(Long.toUnsignedString(pageSize)));
  }
}
