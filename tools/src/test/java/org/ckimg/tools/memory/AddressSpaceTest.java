package org.ckimg.tools.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.TestProcess;
import org.ckimg.tools.input.Subject;
import org.junit.jupiter.api.Test;

class AddressSpaceTest {
  private static final int READ_WRITE = Vma.READ | Vma.WRITE;

  private static TestProcess process() {
    return new TestProcess().map(0x10000, 3 * TestProcess.PAGE, READ_WRITE);
  }

  private static AddressSpace memory(TestProcess process) {
    Subject subject = process.subject();
    return new AddressSpace(subject, TestProcess.process(subject), HostFiles.NONE);
  }

  @Test
  void pagesOfTheImageAreReadAcrossTheirEnds() throws IOException {
    AddressSpace memory = memory(process().words(0x10ffc, 0x1122334455667788L));
    assertEquals(OptionalLong.of(0x1122334455667788L), memory.word(0x10ffc));
  }

  @Test
  void whatWasNeverWrittenReadsAsZero() throws IOException {
    assertEquals(OptionalLong.of(0), memory(process()).word(0x12000));
  }

  @Test
  void inACoreItIsNotKnown() throws IOException {
    assertEquals(OptionalLong.empty(), memory(process().format("elf-core")).word(0x12000));
  }

  @Test
  void pagesOfAFileThatIsNotHereAreNotKnown() throws IOException {
    TestProcess process = new TestProcess();
    int file = process.file("/there/is/no/such/file");
    process.map(0x10000, TestProcess.PAGE, Vma.READ, file, 0, null);
    assertEquals(OptionalLong.empty(), memory(process).word(0x10000));
  }

  @Test
  void readingEndsWhereNothingIsMapped() throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(64);
    assertEquals(16, memory(process()).read(0x12ff0, bytes));
    assertEquals(0, memory(process()).read(0xfff8, bytes.clear()));
    assertEquals(0, memory(process()).read(-8, bytes.clear()));
  }
}
