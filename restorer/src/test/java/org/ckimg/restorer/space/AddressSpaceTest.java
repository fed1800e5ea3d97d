package org.ckimg.restorer.space;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.junit.jupiter.api.Test;

class AddressSpaceTest {
  private static final int READ_WRITE = Vma.READ | Vma.WRITE;

  /** Pages 1 to 3 and 4 can be written, 5 read and run, 7 written into a file, 8 is nobody's. */
  private static final AddressSpace SPACE =
      new AddressSpace(
          List.of(
              vma(1, 3, READ_WRITE, Set.of(), OptionalInt.empty()),
              vma(4, 1, READ_WRITE, Set.of(), OptionalInt.empty()),
              vma(5, 1, Vma.READ | Vma.EXECUTE, Set.of(), OptionalInt.of(1)),
              vma(7, 1, READ_WRITE, Set.of(VmaFlag.SHARED), OptionalInt.of(1))));

  private static Vma vma(
      long first, long count, int protection, Set<VmaFlag> flags, OptionalInt file) {
    return new Vma(
        Vma.Kind.ANONYMOUS,
        first,
        count,
        protection,
        flags,
        OptionalInt.empty(),
        0,
        file,
        0,
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void aRangeMaySpanMappingsThatTouch() {
    assertTrue(SPACE.isWritable(0x1000, 0x4000));
    assertTrue(SPACE.isOwnMemory(0x1fff, 0x3001));
    assertTrue(SPACE.isReadable(0x1000, 0x5000));
    assertTrue(SPACE.isExecutable(0x5ffc, 4));
  }

  @Test
  void aByteTooFarIsOutside() {
    assertFalse(SPACE.isWritable(0x1000, 0x4001));
    assertFalse(SPACE.isWritable(0xfff, 1));
    assertFalse(SPACE.isReadable(0x1000, 0x5001));
    assertFalse(SPACE.isReadable(0x5000, 0x3000));
    assertFalse(SPACE.isExecutable(0x4fff, 2));
    assertFalse(SPACE.isReadable(0x8000, 1));
  }

  @Test
  void ofNothingThePlaceCounts() {
    assertTrue(SPACE.isWritable(0x4fff, 0));
    assertFalse(SPACE.isWritable(0x5000, 0));
  }

  @Test
  void aFileThatOthersSeeIsNotOwn() {
    assertTrue(SPACE.isWritable(0x7000, 0x1000));
    assertFalse(SPACE.isOwnMemory(0x7000, 1));
  }

  @Test
  void noRangeWrapsAround() {
    assertFalse(SPACE.isWritable(0x1000, -1));
    assertFalse(SPACE.isWritable(0x1000, Long.MAX_VALUE));
    assertFalse(SPACE.isWritable(-0x1000, 0x3000));
    assertFalse(SPACE.isReadable(AddressSpace.END, 0));
  }
}
