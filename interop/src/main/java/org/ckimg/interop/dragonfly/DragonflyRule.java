package org.ckimg.interop.dragonfly;

import org.ckimg.spec.RuleId;

/** What a sound checkpoint of DragonFly keeps to; README.md of interop lists them. */
enum DragonflyRule implements RuleId {
  HEADER(
      "01",
      "The ELF header is of x86-64 and of no system; program headers follow it, notes follow them,"
          + " and all but the first are of type load."),
  VERSION("02", "Notes are of version 1, with the sizes of x86-64."),
  NOTES("03", "There is a note of the process, and then two of each of 1 to 256 threads."),
  THREAD("04", "Ids of threads are from 0 to 2^30 - 1, none twice."),
  RECORD("05", "Records end before memory, which starts at whole pages; at most 65536 of a kind."),
  MAPPING("06", "A mapped file is whole pages of the address space, and none overlaps another."),
  SIGNALS("07", "The record of signals has 3296 bytes, and its timer is a time."),
  FILE(
      "08",
      "An open file is a vnode, open for reading or writing, at an offset of at least 0; no number"
          + " is there twice."),
  PADDING("09", "Between records and memory are zeroes, less than a page of them."),
  SIGNAL("10", "SIGKILL and SIGSTOP have their default action; the signal at exit is 1 to 128."),
  STANDARD("11", "Descriptors 0 to 2 are not in the file.");

  private final String number;
  private final String sentence;

  DragonflyRule(String number, String sentence) {
    this.number = number;
    this.sentence = sentence;
  }

  @Override
  public String id() {
    return "CK-DFL-" + number;
  }

  @Override
  public String sentence() {
    return sentence;
  }
}
