package org.ckimg.tools.decode;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;
import org.junit.jupiter.api.Test;

class DecodeTest {
  private static Host host(int machine, boolean bigEndian) {
    return new Host(
        bigEndian,
        machine,
        1,
        12,
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty());
  }

  private static ThreadState thread(Regset... regsets) {
    return new ThreadState(
        1,
        Optional.empty(),
        List.of(regsets),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  private static Bytes words(int count) {
    ByteBuffer buffer = ByteBuffer.allocate(count * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      buffer.putLong(1000 + i);
    }
    return Bytes.of(buffer.array());
  }

  @Test
  void registersOfX86() {
    byte[] xstate = new byte[832];
    xstate[24] = (byte) 0x80;
    xstate[25] = 0x1f;
    RegisterFile registers =
        RegisterFile.of(
            thread(new Regset(1, words(27)), new Regset(0x202, Bytes.of(xstate))), host(62, false));
    assertEquals(27, registers.values().size());
    assertEquals(1000, registers.values().get("r15"));
    assertEquals(1015, registers.values().get("orig_rax"));
    assertEquals(OptionalLong.of(1016), registers.instruction());
    assertEquals(OptionalLong.of(1019), registers.stack());
    assertEquals(1026, registers.values().get("gs"));
    assertEquals(OptionalInt.of(0x1f80), registers.mxcsr());
  }

  @Test
  void registersOfOtherMachines() {
    RegisterFile arm = RegisterFile.of(thread(new Regset(1, words(34))), host(183, false));
    assertEquals(OptionalLong.of(1032), arm.instruction());
    assertEquals(OptionalInt.empty(), arm.mxcsr());
    RegisterFile unknown = RegisterFile.of(thread(new Regset(1, words(27))), host(22, true));
    assertEquals(0, unknown.values().size());
    RegisterFile none = RegisterFile.of(thread(), host(62, false));
    assertEquals(OptionalLong.empty(), none.instruction());
  }

  private static PendingSignal signal(int number, int code) {
    ByteBuffer info = ByteBuffer.allocate(128).order(ByteOrder.BIG_ENDIAN);
    info.putInt(0, number).putInt(8, code).putInt(16, 77).putInt(20, -2).putLong(24, 0xbeef);
    return new PendingSignal(number, Bytes.of(info.array()));
  }

  @Test
  void whoSentASignal() {
    Host host = host(22, true);
    SignalInfo killed = SignalInfo.of(signal(15, 0), host);
    assertEquals(OptionalInt.of(77), killed.pid());
    assertEquals(OptionalInt.of(-2), killed.uid());
    assertEquals(OptionalLong.empty(), killed.value());
    assertEquals(OptionalLong.of(0xbeef), SignalInfo.of(signal(40, -1), host).value());
    SignalInfo fault = SignalInfo.of(signal(11, 1), host);
    assertEquals(OptionalInt.of(1), fault.code());
    assertEquals(OptionalInt.empty(), fault.pid());
    SignalInfo bare = SignalInfo.of(new PendingSignal(15, Bytes.EMPTY), host);
    assertEquals(OptionalInt.empty(), bare.code());
  }

  @Test
  void strings() {
    assertEquals(List.of(), Strings.split(Bytes.EMPTY));
    assertEquals(
        List.of(Bytes.utf8("a"), Bytes.EMPTY, Bytes.utf8("b")),
        Strings.split(Bytes.utf8("a\0\0b")));
  }

  @Test
  void processors() {
    assertEquals("", Processors.ranges(Bytes.EMPTY));
    assertEquals("0-3,7,9", Processors.ranges(Bytes.of((byte) 0x8f, (byte) 2)));
  }

  @Test
  void waitStatus() {
    assertEquals(new WaitStatus(3, 0), WaitStatus.of(0x300));
    assertEquals(9, WaitStatus.of(0x89).signal());
  }

  @Test
  void times() {
    assertEquals("1969-12-31T23:59:59.999999999Z", Times.iso(-1));
  }
}
