package org.ckimg.tools.diff;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.mem.ProcessMemory;

/** Finds the bytes that differ on pages that were found to differ. */
public final class ByteComparison {
  /** What strings(1) takes for a string. */
  private static final int SHORTEST_TEXT = 4;

  private final ProcessMemory memoryA;
  private final ProcessMemory memoryB;
  private final RseqMask mask;
  private final int pageShift;

  /** Takes blocks, by address. */
  @FunctionalInterface
  public interface Sink {
    /** Takes the next one. */
    void accept(ByteBlock block) throws IOException;
  }

  private ByteComparison(Subject a, ProcessState left, Subject b, ProcessState right) {
    memoryA = new ProcessMemory(a.checkpoint(), left);
    memoryB = new ProcessMemory(b.checkpoint(), right);
    pageShift = a.checkpoint().host().pageShift();
    mask = new RseqMask(left, right, pageShift);
  }

  /** Reads the pages of a process that have changed or become zero. */
  public static void forEach(Diff diff, ProcessDiff process, Sink sink) throws IOException {
    if (process.a().isEmpty() || process.b().isEmpty()) {
      return;
    }
    ByteComparison comparison =
        new ByteComparison(diff.a(), process.a().get(), diff.b(), process.b().get());
    for (PageRange range : process.pages().ranges()) {
      if (range.change() == PageChange.CHANGED || range.change() == PageChange.ZEROED) {
        for (long page = range.firstPage(); page < range.endPage(); page++) {
          comparison.compare(page, sink);
        }
      }
    }
  }

  private void compare(long page, Sink sink) throws IOException {
    byte[] a = read(memoryA, page);
    byte[] b = read(memoryB, page);
    int row = 0;
    while (row < a.length) {
      int end = row;
      while (end < a.length && !sameRow(a, b, end)) {
        end += ByteBlock.ROW;
      }
      if (end > row) {
        sink.accept(block(page << pageShift, a, b, row, end));
      }
      row = end + ByteBlock.ROW;
    }
  }

  private byte[] read(ProcessMemory memory, long page) throws IOException {
    byte[] bytes = new byte[1 << pageShift];
    MemorySegment segment = MemorySegment.ofArray(bytes);
    memory.read(page, segment);
    mask.clear(page, segment);
    return bytes;
  }

  private static boolean sameRow(byte[] a, byte[] b, int at) {
    return Arrays.equals(a, at, at + ByteBlock.ROW, b, at, at + ByteBlock.ROW);
  }

  private static ByteBlock block(long address, byte[] a, byte[] b, int from, int end) {
    List<ByteBlock.TextDiff> texts = new ArrayList<>();
    int at = from;
    while (at < end) {
      if (a[at] == b[at]) {
        at++;
        continue;
      }
      int start = Math.min(textStart(a, at), textStart(b, at));
      int stop = Math.max(textEnd(a, at), textEnd(b, at));
      String before = text(a, at);
      String after = text(b, at);
      if (Math.max(before.length(), after.length()) >= SHORTEST_TEXT) {
        texts.add(new ByteBlock.TextDiff(address + start, before, after));
      }
      at = Math.max(at + 1, stop);
    }
    return new ByteBlock(
        address + from, Arrays.copyOfRange(a, from, end), Arrays.copyOfRange(b, from, end), texts);
  }

  /** The text that has the byte at {@code at}; empty when it is none of a text. */
  private static String text(byte[] bytes, int at) {
    int start = textStart(bytes, at);
    int end = textEnd(bytes, at);
    return end - start < SHORTEST_TEXT
        ? ""
        : new String(bytes, start, end - start, StandardCharsets.US_ASCII);
  }

  private static int textStart(byte[] bytes, int at) {
    int start = at;
    while (start > 0 && isPrintable(bytes[start - 1])) {
      start--;
    }
    return isPrintable(bytes[at]) ? start : at;
  }

  private static int textEnd(byte[] bytes, int at) {
    int end = at;
    while (end < bytes.length && isPrintable(bytes[end])) {
      end++;
    }
    return end;
  }

  private static boolean isPrintable(byte value) {
    return value >= ' ' && value <= '~';
  }
}
