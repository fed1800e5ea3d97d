package org.ckimg.restorer.apply;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.ckimg.linux.ptrace.Registers;
import org.ckimg.linux.ptrace.Registers.Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestartTest {
  private static final int NANOSLEEP = 35;

  private static Registers stopped(long call, long result) {
    return Registers.of(new byte[Registers.BYTES]).with(Name.ORIG_RAX, call).with(Name.RAX, result);
  }

  @ParameterizedTest
  @CsvSource({"-512,-512", "-513,-513", "-514,-514", "-516,-514"})
  void anInterruptedCallIsMadeAgain(long recorded, long set) {
    Registers resumed = ThreadSteps.resumed(stopped(NANOSLEEP, recorded));
    assertEquals(set, resumed.get(Name.RAX));
    assertEquals(NANOSLEEP, resumed.get(Name.ORIG_RAX));
  }

  @Test
  void aCallThatEndedIsNotMadeAgain() {
    Registers resumed = ThreadSteps.resumed(stopped(NANOSLEEP, -4));
    assertEquals(-4, resumed.get(Name.RAX));
    assertEquals(-1, resumed.get(Name.ORIG_RAX));
  }

  @Test
  void codeOutsideACallIsLeftAlone() {
    Registers resumed = ThreadSteps.resumed(stopped(-1, -514));
    assertEquals(-514, resumed.get(Name.RAX));
    assertEquals(-1, resumed.get(Name.ORIG_RAX));
  }
}
