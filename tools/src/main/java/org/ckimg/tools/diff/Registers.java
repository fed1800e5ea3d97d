package org.ckimg.tools.diff;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;
import org.ckimg.tools.decode.RegisterFile;

/**
 * Registers by name: general ones, and parts of the other sets. What is known only of one thread is
 * not compared.
 */
final class Registers {
  /** XSAVE area, Intel SDM volume 1, section 13.4: a legacy area, a header, extended parts. */
  private static final int FIRST_X87 = 32;

  private static final int FIRST_XMM = 160;
  private static final int VECTOR_BYTES = 16;
  private static final int X87_REGISTERS = 8;
  private static final int XMM_REGISTERS = 16;
  private static final int HEADER = 512;
  private static final int EXTENDED = 576;
  private static final int YMM_END = EXTENDED + XMM_REGISTERS * VECTOR_BYTES;

  private final boolean vectors;
  private final Map<String, BigInteger> general = new LinkedHashMap<>();
  private final Map<Integer, Bytes> sets = new LinkedHashMap<>();

  private Registers(ThreadState thread, Host host) {
    RegisterFile file = RegisterFile.of(thread, host);
    file.values().forEach((name, value) -> general.put(name, unsigned(value)));
    vectors = host.machine() == Host.X86_64;
    for (Regset set : thread.regsets()) {
      if (set.noteType() != Regset.NT_PRSTATUS || general.isEmpty()) {
        sets.put(set.noteType(), set.data());
      }
    }
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  /**
   * What differs between two threads.
   *
   * @param unknown takes names of sets that only one of them has
   */
  static List<RegisterDiff> differences(
      ThreadState a, Host hostA, ThreadState b, Host hostB, Set<String> unknown) {
    return new Registers(a, hostA).compare(new Registers(b, hostB), unknown);
  }

  private List<RegisterDiff> compare(Registers other, Set<String> unknown) {
    List<RegisterDiff> differences = new ArrayList<>();
    if (general.isEmpty() != other.general.isEmpty()) {
      unknown.add("registers");
    }
    general.forEach((name, value) -> {
      BigInteger now = other.general.get(name);
      if (now != null && !now.equals(value)) {
        differences.add(new RegisterDiff(name, value, now, true));
      }
    });
    sets.forEach((type, data) -> {
      Optional<Bytes> now = Optional.ofNullable(other.sets.get(type));
      if (now.isEmpty()) {
        unknown.add(setName(type));
      } else if (!now.get().equals(data)) {
        compareSets(type, data, now.get(), differences, unknown);
      }
    });
    other.sets.keySet().stream()
        .filter(type -> !sets.containsKey(type))
        .forEach(type -> unknown.add(setName(type)));
    return differences;
  }

  private static String setName(int type) {
    return "registerSets.0x" + Integer.toHexString(type);
  }

  /**
   * Sets of other lengths come from other processors: behind the common part they cannot be told.
   */
  private void compareSets(
      int type, Bytes a, Bytes b, List<RegisterDiff> differences, Set<String> unknown) {
    Slices slices = new Slices(a, b, differences);
    boolean xsave =
        vectors && type == Regset.NT_X86_XSTATE && Math.min(a.length(), b.length()) >= EXTENDED;
    boolean further = !xsave || slices.compareXsave();
    if (a.length() != b.length()) {
      unknown.add(setName(type));
    } else if (further) {
      slices.compareWords(xsave ? "xstate" : setName(type), xsave ? YMM_END : 0);
    }
  }

  /** Two areas and what was found to differ in them. */
  private record Slices(Bytes a, Bytes b, List<RegisterDiff> differences) {
    /**
     * Compares what every processor has at the same place. A component whose bit is set in neither
     * header has its initial value, whatever the bytes are. Bytes 416 to 511 are no registers.
     *
     * @return true when there is more behind that is in use
     */
    boolean compareXsave() {
      BigInteger used = value(a, HEADER, Long.BYTES).or(value(b, HEADER, Long.BYTES));
      if (used.testBit(0)) {
        compare("fcw", 0, 2);
        compare("fsw", 2, 2);
        compare("ftw", 4, 1);
        compare("fop", 6, 2);
        compare("fip", 8, 8);
        compare("fdp", 16, 8);
        compareVectors("st", FIRST_X87, X87_REGISTERS);
      }
      compare("mxcsr", 24, 4);
      if (used.testBit(1)) {
        compareVectors("xmm", FIRST_XMM, XMM_REGISTERS);
      }
      boolean avx = Math.min(a.length(), b.length()) >= YMM_END;
      if (avx && used.testBit(2)) {
        compareVectors("ymmh", EXTENDED, XMM_REGISTERS);
      }
      return avx && used.bitLength() > 3;
    }

    private void compareVectors(String name, int from, int count) {
      for (int i = 0; i < count; i++) {
        compare(name + i, from + i * VECTOR_BYTES, VECTOR_BYTES);
      }
    }

    /** Of registers that have no name here. */
    void compareWords(String name, int from) {
      for (int at = from; at < a.length(); at += Long.BYTES) {
        compare("%s+0x%x".formatted(name, at), at, Math.min(Long.BYTES, a.length() - at));
      }
    }

    private void compare(String name, int from, int length) {
      BigInteger before = value(a, from, length);
      BigInteger after = value(b, from, length);
      if (!before.equals(after)) {
        differences.add(new RegisterDiff(name, before, after, false));
      }
    }

    private static BigInteger value(Bytes bytes, int from, int length) {
      byte[] digits = new byte[length];
      for (int i = 0; i < length; i++) {
        digits[length - 1 - i] = bytes.at(from + i);
      }
      return new BigInteger(1, digits);
    }
  }
}
