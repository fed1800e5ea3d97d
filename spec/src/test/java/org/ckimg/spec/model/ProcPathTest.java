package org.ckimg.spec.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProcPathTest {
  private static Optional<ProcPath> of(String path) {
    return ProcPath.of(Bytes.utf8(path));
  }

  @Test
  void whatTellsOfTheMachine() {
    assertEquals(Optional.of(new ProcPath(OptionalInt.empty(), "stat")), of("/proc/stat"));
    assertEquals("/proc/pressure/io", of("/proc/pressure/io").orElseThrow().own());
    assertEquals("/proc", of("/proc").orElseThrow().own());
  }

  @Test
  void whatTellsOfAProcess() {
    ProcPath path = of("/proc/4711/net/dev").orElseThrow();
    assertEquals(new ProcPath(OptionalInt.of(4711), "net/dev"), path);
    assertEquals("/proc/self/net/dev", path.own());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "/process",
        "/proc/",
        "/proc/1",
        "/proc/self/stat",
        "/proc/1/",
        "/proc/01/stat",
        "/proc/-1/stat",
        "/proc/9999999999/stat",
        "/proc/1/mem",
        "/proc/1/environ",
        "/proc/1/auxv",
        "/proc/1/clear_refs",
        "/proc/1/root",
        "/proc/1/../stat",
        "/proc/1//stat",
        "/proc/kmsg",
        "/proc/kcore",
        "/proc/sysrq-trigger",
        "/proc/sys/kernel/core_pattern",
        "/proc/stat (deleted)"
      })
  void anythingElseIsNone(String path) {
    assertEquals(Optional.empty(), of(path));
  }
}
