package org.ckimg.tools.symbols;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.elf.Elf;
import org.ckimg.tools.elf.Section;
import org.ckimg.tools.elf.TestElf;
import org.junit.jupiter.api.Test;

class SymbolTableTest {
  private static final int LOCAL_FUNCTION = 0x02;
  private static final int GLOBAL_LABEL = 0x10;
  private static final int THREAD_LOCAL = 0x16;
  private static final int TEXT = 3;

  private static SymbolTable table(TestElf file) throws IOException {
    Elf elf = Elf.read(TestElf.source(file.bytes())).orElseThrow();
    return SymbolReader.read(elf, Section.SYMBOLS).orElseThrow();
  }

  private static String at(SymbolTable table, long address) {
    return table.at(address).map(s -> s.name() + "+" + (address - s.start())).orElse("nothing");
  }

  @Test
  void aFunctionHasItsBytes() throws IOException {
    SymbolTable table = table(new TestElf().function("one", 0x1000, 16).function("two", 0x1020, 8));
    assertEquals("one+0", at(table, 0x1000));
    assertEquals("one+15", at(table, 0x100f));
    assertEquals("nothing", at(table, 0x1010));
    assertEquals("two+7", at(table, 0x1027));
    assertEquals("nothing", at(table, 0xfff));
    assertEquals("nothing", at(table, -1));
  }

  @Test
  void aLabelReachesTheNextNameOrTheEndOfItsSection() throws IOException {
    SymbolTable table =
        table(
            new TestElf()
                .symbol("_start", GLOBAL_LABEL, TEXT, 0x1000, 0)
                .function("main", 0x1040, 16)
                .symbol("last", GLOBAL_LABEL, TEXT, 0x1080, 0));
    assertEquals("_start+63", at(table, 0x103f));
    assertEquals("main+0", at(table, 0x1040));
    assertEquals("nothing", at(table, 0x1050));
    assertEquals("last+3967", at(table, 0x1fff));
    assertEquals("nothing", at(table, 0x2000));
  }

  @Test
  void whatEnclosesOthersIsFoundBehindThem() throws IOException {
    SymbolTable table =
        table(new TestElf().function("outer", 0x1000, 0x100).function("inner", 0x1010, 16));
    assertEquals("inner+0", at(table, 0x1010));
    assertEquals("outer+32", at(table, 0x1020));
  }

  @Test
  void theNameThatAProgramMeansWins() throws IOException {
    SymbolTable table =
        table(
            new TestElf()
                .symbol("a", LOCAL_FUNCTION, TEXT, 0x1000, 16)
                .function("__read", 0x1000, 16)
                .function("read@@GLIBC_2.2.5", 0x1000, 16)
                .function("reading", 0x1000, 16));
    assertEquals("read+1", at(table, 0x1001));
    for (String name : new String[] {"a", "__read", "read", "reading"}) {
      assertEquals(OptionalLong.of(0x1000), table.address(Bytes.utf8(name)), name);
    }
    assertEquals(OptionalLong.empty(), table.address(Bytes.utf8("rea")));
    assertEquals(OptionalLong.empty(), table.address(Bytes.utf8("reads")));
  }

  @Test
  void whatIsNoPlaceHasNoName() throws IOException {
    SymbolTable table =
        table(
            new TestElf()
                .symbol("undefined", 0x12, 0, 0x1000, 16)
                .symbol("absolute", 0x12, 0xfff1, 0x1000, 16)
                .symbol("local", THREAD_LOCAL, TEXT, 0x1000, 16));
    assertEquals("nothing", at(table, 0x1000));
  }

  @Test
  void aTableThatIsCutIsNone() throws IOException {
    byte[] whole = new TestElf().function("one", 0x1000, 16).bytes();
    for (int length : new int[] {0x810, 0xc02}) {
      Optional<Elf> elf = Elf.read(TestElf.source(Arrays.copyOf(whole, length)));
      assertEquals(Optional.empty(), SymbolReader.read(elf.orElseThrow(), Section.SYMBOLS));
    }
  }
}
