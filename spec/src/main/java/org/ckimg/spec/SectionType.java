package org.ckimg.spec;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Section types of version 1, in file order. */
public enum SectionType {
  SYSTEM(0x01, 96, true),
  PROCESSES(0x02, 256, true),
  THREADS(0x03, 160, true),
  REGISTERS(0x04, 24, true),
  SIGNALS(0x05, 64, true),
  TIMERS(0x06, 80, true),
  LIMITS(0x07, 24, true),
  VMAS(0x08, 96, true),
  DESCRIPTIONS(0x09, 64, true),
  FDS(0x0a, 24, true),
  FILES(0x0b, 160, true),
  CREDENTIALS(0x0c, 128, true),
  FILTERS(0x0d, 32, true),
  LOCKS(0x0e, 40, true),
  TERMINALS(0x0f, 96, true),
  EVENTS(0x10, 48, true),
  WATCHES(0x11, 32, true),
  SOCKETS(0x12, 80, true),
  SOCKET_OPTIONS(0x13, 32, true),
  MESSAGES(0x14, 48, true),
  NOTIFY(0x15, 24, true),
  PIPES(0x16, 40, true),
  TCP(0x17, 64, true),
  OBJECTS(0x20, 32, true),
  PAGES(0x40, 0, true),
  ORIGIN(0x60, 128, false),
  DIRECTORY(0xffff, 80, true);

  private static final Map<Integer, SectionType> BY_NUMBER =
      Arrays.stream(values()).collect(Collectors.toMap(SectionType::number, type -> type));

  private final int number;
  private final int recordBytes;
  private final boolean critical;

  SectionType(int number, int recordBytes, boolean critical) {
    this.number = number;
    this.recordBytes = recordBytes;
    this.critical = critical;
  }

  /** The type with this number; empty for a section that this version does not know. */
  public static Optional<SectionType> of(int number) {
    return Optional.ofNullable(BY_NUMBER.get(number));
  }

  /** The number in the section head. */
  public int number() {
    return number;
  }

  /** Size of a record, bytes; 0 for PAGES, which is no table. */
  public int recordBytes() {
    return recordBytes;
  }

  /** True when a reader that does not know the section must refuse the image. */
  public boolean critical() {
    return critical;
  }

  /** True when the meta is a table head, records and a heap. */
  public boolean isTable() {
    return this != PAGES && this != DIRECTORY;
  }
}
