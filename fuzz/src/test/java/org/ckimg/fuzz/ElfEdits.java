package org.ckimg.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.testkit.CoreFile;
import org.ckimg.testkit.Numbers;

/** Little-endian ELF files of 64 bits some numbers of which are others, elf(5). */
final class ElfEdits {
  private static final int MAX_EDITS = 6;
  private static final int NOTE = 4;
  private static final int NOTE_HEAD = 12;

  /** Larger notes hold registers of one kind, or paths. */
  private static final int MAX_CONTENT = 512;

  private static final int[] OF_HEADER = {4, 5, 6, 7, 16, 18, 20, 32, 40, 52, 54, 56, 58, 60, 62};
  private static final int[] OF_PROGRAM = {0, 4, 8, 16, 24, 32, 40, 48};
  private static final List<Integer> SIZES =
      List.of(Byte.BYTES, Short.BYTES, Integer.BYTES, Long.BYTES);

  private final byte[] file;
  private final List<Integer> places = new ArrayList<>();

  private ElfEdits(byte[] file) {
    this.file = file;
  }

  /** Changes numbers at some of these places. */
  static byte[] of(byte[] sound, List<Integer> places, FuzzedDataProvider data) {
    byte[] bad = sound.clone();
    for (int edits = data.consumeInt(0, MAX_EDITS); edits >= 0; edits--) {
      int at = data.pickValue(places);
      int bytes = Math.min(data.pickValue(SIZES), bad.length - at);
      byte[] value = Edits.number(data, Numbers.get(sound, at, bytes), bytes);
      System.arraycopy(value, 0, bad, at, bytes);
    }
    return bad;
  }

  /** Where the fields of header, program headers and notes are. */
  static List<Integer> places(byte[] sound) {
    ElfEdits elf = new ElfEdits(sound);
    elf.add(0, OF_HEADER);
    int programs = (int) elf.get(32, Long.BYTES);
    for (int i = 0; i < elf.get(56, Short.BYTES); i++) {
      int program = programs + i * CoreFile.PROGRAM;
      elf.add(program, OF_PROGRAM);
      if (elf.get(program, Integer.BYTES) == NOTE) {
        int notes = (int) elf.get(program + 8, Long.BYTES);
        elf.notes(notes, notes + (int) elf.get(program + 32, Long.BYTES));
      }
    }
    return elf.places;
  }

  private void notes(int from, int end) {
    for (int at = from; at + NOTE_HEAD < end; ) {
      add(at, 0, 4, 8);
      int content = at + NOTE_HEAD + padded(at);
      int next = content + padded(at + 4);
      for (int word = content; word < Math.min(next, content + MAX_CONTENT); word += 4) {
        places.add(word);
      }
      at = next;
    }
  }

  private int padded(int length) {
    return (int) get(length, Integer.BYTES) + 3 & -4;
  }

  private void add(int start, int... offsets) {
    for (int offset : offsets) {
      places.add(start + offset);
    }
  }

  private long get(int at, int bytes) {
    return Numbers.get(file, at, bytes);
  }
}
