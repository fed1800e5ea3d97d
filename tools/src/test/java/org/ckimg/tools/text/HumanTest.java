package org.ckimg.tools.text;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class HumanTest {
  @Test
  void bytes() {
    assertEquals("0 B", Human.bytes(0));
    assertEquals("1023 B", Human.bytes(1023));
    assertEquals("1.00 KiB", Human.bytes(1024));
    assertEquals("9.95 KiB", Human.bytes(10190));
    assertEquals("10.0 KiB", Human.bytes(10240));
    assertEquals("1023 KiB", Human.bytes(1023 << 10));
    assertEquals("1.00 MiB", Human.bytes((1 << 20) - 1));
    assertEquals("1.50 GiB", Human.bytes(3L << 29));
    assertEquals("16.0 EiB", Human.bytes(-1));
  }

  @Test
  void durations() {
    assertEquals("999 ns", Human.duration(999));
    assertEquals("1.50 µs", Human.duration(1500));
    assertEquals("12.0 ms", Human.duration(12_000_000));
    assertEquals("119 s", Human.duration(119_000_000_000L));
    assertEquals("2 min 5 s", Human.duration(125_000_000_000L));
    assertEquals("2 h 5 min", Human.duration(7_500_000_000_000L));
    assertEquals("3 d 1 h", Human.duration(73 * 3_600_000_000_000L));
  }

  @Test
  void counts() {
    assertEquals("1 process", Human.count(1, "process"));
    assertEquals("2 processes", Human.count(2, "process"));
    assertEquals("0 entries", Human.count(0, "entry"));
    assertEquals("3 files", Human.count(3, "file"));
  }
}
