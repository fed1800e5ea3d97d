package org.ckimg.tools.diff;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.Vma;
import org.junit.jupiter.api.Test;

class DifferTest {
  private static final int RW = Vma.READ | Vma.WRITE;
  private static final int RX = Vma.READ | Vma.EXECUTE;

  private static Diff diff(Programs a, Programs b) throws IOException {
    return Differ.compare(
        a.build(), b.build(), EnumSet.allOf(Part.class), image -> {}, bytes -> {});
  }

  private static ProcessDiff only(Programs a, Programs b) throws IOException {
    Diff diff = diff(a, b);
    assertEquals(1, diff.processes().size());
    return diff.processes().getFirst();
  }

  private static List<String> mappings(ProcessDiff process) {
    return process.vmas().stream()
        .map(vma ->
            "%s %d-%d%s"
                .formatted(
                    vma.change(), vma.firstPage(), vma.endPage(), vma.gainsExecute() ? " x" : ""))
        .toList();
  }

  private static List<String> pages(ProcessDiff process) {
    return process.pages().ranges().stream()
        .map(range -> "%s %d-%d".formatted(range.change(), range.firstPage(), range.endPage()))
        .toList();
  }

  private static byte[] page(int value) {
    byte[] page = new byte[Programs.PAGE];
    Arrays.fill(page, (byte) value);
    return page;
  }

  @Test
  void aPartOfAMappingBecomesExecutable() throws IOException {
    Programs a = new Programs().process(1, Programs.anonymous(10, 10, RW));
    Programs b =
        new Programs()
            .process(
                1,
                Programs.anonymous(10, 3, RW),
                Programs.anonymous(13, 2, RX),
                Programs.anonymous(15, 5, RW));
    assertEquals(List.of("protection 13-15 x"), mappings(only(a, b)));
    assertEquals(List.of("protection 13-15"), mappings(only(b, a)));
  }

  @Test
  void mappingsGrowAndShrink() throws IOException {
    Programs a =
        new Programs().process(1, Programs.anonymous(10, 5, RW), Programs.anonymous(30, 5, RX));
    Programs b =
        new Programs().process(1, Programs.anonymous(8, 9, RW), Programs.anonymous(30, 2, RX));
    assertEquals(List.of("resized 8-10", "resized 15-17", "resized 32-35"), mappings(only(a, b)));
    assertEquals(List.of("resized 8-10", "resized 15-17", "resized 32-35 x"), mappings(only(b, a)));
  }

  @Test
  void mappingsComeAndGo() throws IOException {
    Programs a = new Programs().process(1, Programs.anonymous(10, 5, RW));
    Programs b = new Programs().process(1, Programs.anonymous(20, 5, RX));
    assertEquals(List.of("removed 10-15", "added 20-25 x"), mappings(only(a, b)));
  }

  @Test
  void howTheKernelCutsAnAddressSpaceIsNoDifference() throws IOException {
    Programs a = new Programs().process(1, Programs.anonymous(10, 10, RW));
    Programs b =
        new Programs().process(1, Programs.anonymous(10, 4, RW), Programs.anonymous(14, 6, RW));
    assertEquals(Change.SAME, only(a, b).change());
  }

  @Test
  void pagesOfEveryFate() throws IOException {
    Vma vma = Programs.anonymous(10, 10, RW);
    Programs a =
        new Programs()
            .process(1, vma)
            .page(10, page(1))
            .page(11, page(1))
            .page(12, page(1))
            .page(13, page(1))
            .page(15, page(0));
    Programs b =
        new Programs()
            .process(1, vma)
            .page(10, page(1))
            .page(11, page(2))
            .page(12, page(0))
            .page(14, page(1))
            .page(16, page(0));
    ProcessDiff process = only(a, b);
    assertEquals(
        List.of("changed 11-12", "zeroed 12-13", "dropped 13-14", "added 14-15"), pages(process));
    assertEquals(3, process.pages().compared());
    assertEquals(1, process.pages().changed());
  }

  @Test
  void pagesOfAMappingThatIsNewAreAdded() throws IOException {
    Programs a = new Programs().process(1);
    Programs b =
        new Programs()
            .process(1, Programs.anonymous(10, 10, RW))
            .page(10, page(1))
            .page(11, page(0));
    assertEquals(List.of("added 10-12"), pages(only(a, b)));
    assertEquals(List.of("dropped 10-12"), pages(only(b, a)));
  }

  @Test
  void aPageThatIsLeftToItsFileIsAsInTheFile() throws IOException {
    Programs bare = new Programs().process(1, 0, 0, "/bin/x").process(2, Programs.file(10, 4, 1));
    Programs patched =
        new Programs()
            .process(1, 0, 0, "/bin/x")
            .process(2, Programs.file(10, 4, 1))
            .page(11, page(0));
    assertTrue(diff(bare, bare).same());
    assertEquals(List.of("added 11-12"), pages(diff(bare, patched).processes().getLast()));
    patched.format("elf-core");
    ProcessDiff withCore = diff(bare, patched).processes().getLast();
    assertEquals(List.of(), pages(withCore));
    assertEquals(1, withCore.pages().unknown());
  }

  @Test
  void memoryThatIsMappedTwiceCountsTwice() throws IOException {
    Programs a =
        new Programs()
            .process(1, Programs.shared(10, 4, 2, 0), Programs.shared(20, 4, 2, 0))
            .process(2, Programs.shared(50, 4, 2, 0))
            .page(2, 1, page(1));
    Programs b =
        new Programs()
            .process(1, Programs.shared(10, 4, 2, 0), Programs.shared(20, 4, 2, 0))
            .process(2, Programs.shared(50, 4, 2, 0))
            .page(2, 1, page(2));
    Diff diff = diff(a, b);
    assertEquals(List.of("changed 11-12", "changed 21-22"), pages(diff.processes().get(0)));
    assertEquals(List.of("changed 51-52"), pages(diff.processes().get(1)));
    assertEquals(2, diff.processes().get(0).pages().read());
    assertEquals(0, diff.processes().get(1).pages().read());
  }

  @Test
  void theRseqAreaDoesNotCount() throws IOException {
    Vma vma = Programs.anonymous(10, 2, RW);
    long area = 11L * Programs.PAGE - 16;
    byte[] first = page(1);
    byte[] second = page(1);
    first[Programs.PAGE - 16] = 7;
    second[15] = 7;
    Programs a = new Programs().processWithRseq(1, area, vma).page(10, page(1)).page(11, page(1));
    Programs b = new Programs().processWithRseq(1, area, vma).page(10, first).page(11, second);
    assertTrue(diff(a, b).same());
    first[Programs.PAGE - 17] = 7;
    second[16] = 7;
    assertEquals(List.of("changed 10-12"), pages(only(a, b)));
  }

  private static List<String> fds(ProcessDiff process) {
    return process.fds().stream()
        .map(fd ->
            fd.latest().number()
                + " "
                + fd.change()
                + fd.fields().stream().map(FieldDiff::name).toList())
        .toList();
  }

  private static Programs file(Programs programs, int number, String path) {
    return programs.fd(1, number, FdType.REGULAR, path, Optional.empty());
  }

  @Test
  void descriptorsAreMatchedByWhatTheyAre() throws IOException {
    Programs a = new Programs().process(1);
    file(a, 3, "/stays");
    file(a, 4, "/moves");
    file(a, 5, "/goes");
    file(a, 6, "/old");
    Programs b = new Programs().process(1);
    file(b, 3, "/stays");
    file(b, 4, "/comes");
    file(b, 6, "/new");
    file(b, 9, "/moves");
    assertEquals(
        List.of("4 added[]", "5 removed[]", "6 replaced[]", "9 changed[fd]"), fds(only(a, b)));
  }

  @Test
  void whatHasNoNameIsMatchedByItsNumberAndThenByWhatItHolds() throws IOException {
    FdState one = new FdState.Counter(1, false);
    FdState two = new FdState.Counter(2, false);
    String path = "anon_inode:[eventfd]";
    Programs a =
        new Programs()
            .process(1)
            .fd(1, 3, FdType.EVENTFD, path, Optional.of(one))
            .fd(1, 4, FdType.EVENTFD, path, Optional.of(two));
    Programs b =
        new Programs()
            .process(1)
            .fd(1, 3, FdType.EVENTFD, path, Optional.of(two))
            .fd(1, 8, FdType.EVENTFD, path, Optional.of(one));
    assertEquals(List.of("3 changed[counter]", "4 removed[]", "8 added[]"), fds(only(a, b)));
  }

  private static List<String> pids(Diff diff) {
    return diff.processes().stream()
        .map(process ->
            process.a().map(p -> "" + p.pid()).orElse("-")
                + " "
                + process.b().map(p -> "" + p.pid()).orElse("-"))
        .toList();
  }

  @Test
  void processesAreMatchedByPidStartProgramAndParent() throws IOException {
    Programs a =
        new Programs()
            .process(10, 1, 100, "/bin/parent")
            .process(11, 10, 200, "/bin/child")
            .process(12, 10, 300, "/bin/other");
    Programs restored =
        new Programs()
            .process(20, 1, 900, "/bin/parent")
            .process(21, 20, 901, "/bin/child")
            .process(22, 1, 902, "/bin/other");
    assertEquals(List.of("10 20", "11 21", "12 -", "- 22"), pids(diff(a, restored)));
    Programs reused =
        new Programs().process(10, 1, 100, "/bin/parent").process(11, 10, 999, "/bin/new");
    assertEquals(List.of("10 10", "11 -", "12 -", "- 11"), pids(diff(a, reused)));
    Programs executed = new Programs().process(10, 1, 100, "/bin/executed");
    ProcessDiff same = diff(a, executed).processes().getFirst();
    assertEquals(List.of("exe"), same.fields().stream().map(FieldDiff::name).toList());
    assertFalse(diff(a, executed).same());
  }
}
