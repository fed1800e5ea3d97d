package org.ckimg.interop.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.ckimg.interop.MemorySource;
import org.ckimg.spec.ImageException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Headers and notes of cores, sound and damaged, as readelf sees them; or both complain. */
class ReadelfTest {
  private static final Path READELF = Path.of("/usr/bin/readelf");
  private static final int SEED = 8;
  private static final int ROUNDS = Integer.getInteger("ckimg.readelf.rounds", 40);
  private static final int[] HEADER_FIELDS = {4, 5, 6, 32, 40, 54, 56};

  @TempDir Path folder;

  /**
   * What this reader has found.
   *
   * @param atLimit it has given up at a limit of its own, CK-COR-13
   */
  private record Ours(
      List<String> programs, List<String> notes, boolean complains, boolean atLimit) {}

  @BeforeAll
  static void readelfIsThere() {
    assumeTrue(Files.isExecutable(READELF), "readelf (Debian: binutils) is not installed");
  }

  @ParameterizedTest
  @EnumSource
  void soundCoresAreSeenAlike(CoreSample sample) throws Exception {
    Ours ours = ours(sample.bytes());
    Readelf theirs = readelf(sample.bytes());
    assertFalse(ours.complains() || theirs.complains());
    assertTrue(ours.programs().size() > 10 && ours.notes().size() > 5);
    assertEquals(theirs.programs(), ours.programs());
    assertEquals(theirs.notes(), ours.notes());
  }

  @ParameterizedTest
  @EnumSource
  void damagedCoresAreSeenAlikeOrByNeither(CoreSample sample) throws Exception {
    Random random = new Random(SEED);
    byte[] good = sample.bytes();
    List<Integer> places = places(good);
    int alike = 0;
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bad = good.clone();
      int at = places.get(random.nextInt(places.size()));
      int bit = random.nextInt(Byte.SIZE);
      bad[at] ^= (byte) (1 << bit);
      Ours ours = ours(bad);
      Readelf theirs = readelf(bad);
      String place = "byte %d, bit %d".formatted(at, bit);
      if (ours.complains()) {
        assertTrue(theirs.complains() || ours.atLimit(), () -> place + ": only we refuse it");
        refused++;
      } else {
        assertEquals(theirs.programs(), ours.programs(), place);
        assertEquals(theirs.notes(), ours.notes(), place);
        alike++;
      }
    }
    System.out.printf("damaged %s, seed %d: %d alike, %d refused%n", sample, SEED, alike, refused);
    assertTrue(alike > ROUNDS / 4 && refused > 0);
  }

  /**
   * Bytes of the header's fields, of program headers but their alignment, and of heads of notes.
   */
  private static List<Integer> places(byte[] core) throws IOException {
    List<Integer> places = new ArrayList<>();
    for (int field : HEADER_FIELDS) {
      places.add(field);
    }
    MemorySource source = new MemorySource("core", core);
    ElfFile elf = ElfFile.read(source);
    for (int i = 0; i < elf.programs().size(); i++) {
      for (int at = 0; at < 48; at++) {
        places.add((int) elf.header().programs() + i * ProgramHeader.BYTES + at);
      }
    }
    for (Note note : notes(source, elf, new boolean[1])) {
      int head = (int) note.offset() - 12 - (note.owner().length() + 4 & -4);
      for (int at = 0; at < 8; at++) {
        places.add(head + at);
      }
    }
    return places;
  }

  private static Ours ours(byte[] core) throws IOException {
    MemorySource source = new MemorySource("core", core);
    List<String> programs = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try {
      ElfFile elf = ElfFile.read(source);
      for (ProgramHeader program : elf.programs()) {
        programs.add(line(program));
      }
      boolean[] cut = {elf.missing() > 0};
      for (Note note : notes(source, elf, cut)) {
        notes.add(Readelf.note(note.owner().toString(), note.length()));
      }
      return new Ours(programs, notes, cut[0], false);
    } catch (ImageException e) {
      return new Ours(programs, notes, true, e.finding().rule() == CoreRule.LIMIT);
    }
  }

  private static List<Note> notes(MemorySource source, ElfFile elf, boolean[] cut)
      throws IOException {
    List<Note> notes = new ArrayList<>();
    for (ProgramHeader program : elf.programs()) {
      if (program.type() == ProgramHeader.NOTE) {
        NoteReader reader = new NoteReader(source, elf.header().order(), program);
        for (Optional<Note> note = reader.next(); note.isPresent(); note = reader.next()) {
          notes.add(note.get());
        }
        cut[0] |= reader.cut();
      }
    }
    return notes;
  }

  private static String line(ProgramHeader program) {
    String type =
        switch (program.type()) {
          case ProgramHeader.LOAD -> "LOAD";
          case ProgramHeader.NOTE -> "NOTE";
          default -> "other";
        };
    int flags = program.flags();
    String letters =
        ((flags & ProgramHeader.READ) != 0 ? "R" : " ")
            + ((flags & ProgramHeader.WRITE) != 0 ? "W" : " ")
            + ((flags & ProgramHeader.EXECUTE) != 0 ? "E" : " ");
    return Readelf.line(
        type,
        program.offset(),
        program.address(),
        program.fileBytes(),
        program.memoryBytes(),
        letters);
  }

  private Readelf readelf(byte[] core) throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("core"), core);
    return Readelf.of(READELF, file, folder.resolve("output"));
  }
}
