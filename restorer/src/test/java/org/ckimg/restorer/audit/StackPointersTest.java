package org.ckimg.restorer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.ckimg.reader.ImageReader;
import org.ckimg.spec.model.AltStack;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;
import org.junit.jupiter.api.Test;

class StackPointersTest {
  private static final Path IMAGE = Path.of("../spec/vectors/valid/sharing.ckimg");
  private static final AltStack STACK = new AltStack(0x10000, 0x2000, 0);

  /** A thread without registers. */
  private static final ThreadState THREAD = any();

  private static ThreadState any() {
    try (ImageReader reader = ImageReader.open(IMAGE)) {
      return reader.checkpoint().processes().getFirst().threads().getFirst().withRegsets(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ThreadState at(long pointer) {
    byte[] registers = Registers.of(new byte[Registers.BYTES]).with(Name.RSP, pointer).toBytes();
    return THREAD.withRegsets(List.of(new Regset(Regset.NT_PRSTATUS, Bytes.of(registers))));
  }

  private static void assertOn(int count, long pointer) {
    ThreadState thread = at(pointer);
    assertEquals(count == 1, StackPointers.isOn(thread, STACK));
    assertEquals(count, new StackPointers(List.of(thread)).on(STACK));
  }

  @Test
  void anEmptyStackIsOnIt() {
    assertOn(1, 0x12000);
    assertOn(0, 0x12001);
  }

  @Test
  void aFullOneIsNot() {
    assertOn(1, 0x10001);
    assertOn(0, 0x10000);
  }

  @Test
  void whatIsNoAddressOfUsersIsNowhere() {
    assertOn(0, -1);
    assertOn(0, Long.MIN_VALUE);
    assertOn(0, 0);
  }

  @Test
  void allThatAreOnItCount() {
    List<ThreadState> threads =
        List.of(at(0x11000), at(-8), at(0x9000), at(0x11000), THREAD, at(0x12000));
    assertEquals(3, new StackPointers(threads).on(STACK));
  }
}
