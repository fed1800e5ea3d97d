package org.ckimg.interop.core;

import org.ckimg.spec.RuleId;

/** What a sound core keeps to; README.md of interop lists them. */
public enum CoreRule implements RuleId {
  HEADER("01", "A core is an ELF file of version 1 with program headers of 56 bytes."),
  CLASS("02", "A core is of class 64."),
  SYSTEM("03", "A core is of a process of Linux."),
  HEADERS("04", "All program headers lie within the file, and one of them is of type note."),
  SEGMENT("05", "A segment is whole pages of the address space, and no longer in the file."),
  OVERLAP("06", "Segments do not overlap in memory."),
  BYTES("07", "Segments share no bytes in the file."),
  NOTE("08", "A note ends within the segment of notes."),
  THREAD("09", "There is a thread, and ids of threads are from 1 to 2^30 - 1, none twice."),
  STATUS("10", "A status has the size that its machine gives it."),
  FILES(
      "11",
      "The table of mapped files ends within its note; its ranges are whole pages and disjoint."),
  AUXV("12", "The auxiliary vector is pairs of words."),
  LIMIT("13", "There are at most 2^20 segments, 2^20 notes and 2^20 mapped files."),
  END("14", "The file is as long as its program headers say.");

  private final String number;
  private final String sentence;

  CoreRule(String number, String sentence) {
    this.number = number;
    this.sentence = sentence;
  }

  @Override
  public String id() {
    return "CK-COR-" + number;
  }

  @Override
  public String sentence() {
    return sentence;
  }
}
