package org.ckimg.interop.archive;

import org.ckimg.spec.RuleId;

/** What a sound container archive keeps to; README.md of interop lists them. */
enum ArchiveRule implements RuleId {
  STREAM("01", "A compressed archive decodes to its end, and the checksums in it fit."),
  HEADER("02", "A header has a checksum that fits, and fields that can be read."),
  NAME("03", "A name stays in the archive: no slash in front, no `..`, no zero byte."),
  LINK("04", "A link leads to a place in the archive."),
  ONCE("05", "A name is there once."),
  KIND("06", "An entry is a directory, a link, or a file that is not sparse."),
  BOUND(
      "07",
      "There are at most 131072 entries, with 16 MiB of names in all and 1 MiB of headers each; what"
          + " is compressed has a window of at most 8 MiB (80 MiB of memory with xz), and decodes"
          + " to at most 1 GiB and a hundred times its size."),
  END("08", "An archive goes on to its end mark."),
  REST("09", "Behind the end mark are only zeroes."),
  SET("10", "There is one set of CRIU images in it."),
  JSON("11", "What describes the container is JSON of at most 4 MiB."),
  LAYOUT("12", "A blob of an OCI layout is there, with the size and digest that it is named by.");

  private final String number;
  private final String sentence;

  ArchiveRule(String number, String sentence) {
    this.number = number;
    this.sentence = sentence;
  }

  @Override
  public String id() {
    return "CK-ARC-" + number;
  }

  @Override
  public String sentence() {
    return sentence;
  }
}
