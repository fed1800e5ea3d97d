package org.ckimg.interop.criu;

import org.ckimg.spec.RuleId;

/** What a sound set of CRIU images keeps to; README.md of interop lists them. */
public enum CriuRule implements RuleId {
  MAGIC("01", "An image starts with the magic words of its kind."),
  LENGTH("02", "An entry ends within its file and is no longer than 16 MiB."),
  MESSAGE("03", "An entry is a message of its kind, with the fields that the kind demands."),
  PRESENT("04", "Every image that the tree of tasks leads to is in the set."),
  VERSION("05", "The set is of version 2, which CRIU calls 1.1, on a little-endian machine."),
  PAGEMAP_KNOWN("06", "A pagemap has only fields and flags that are known here."),
  PAGEMAP_ORDER("07", "Entries of a pagemap are whole pages, ascend and do not overlap."),
  PAGES("08", "A pages file is as long as its pagemap says."),
  TREE("09", "Every task and thread is in the tree once, and its parent is a task of the tree."),
  VMAS("10", "Mappings are whole pages, ascend and do not overlap."),
  REFERENCE("11", "What an entry refers to by number is in the set."),
  RANGE("12", "A number is within the range that its meaning allows."),
  PAYLOAD("13", "The bytes that follow an entry are there, and fit what they belong to."),
  CHAIN("14", "A chain of parents has at most 128 links."),
  DEMANDED(
      "15", "What CRIU demands of every task and file is known, and of a kind that it restores.");

  private final String number;
  private final String sentence;

  CriuRule(String number, String sentence) {
    this.number = number;
    this.sentence = sentence;
  }

  @Override
  public String id() {
    return "CK-CRI-" + number;
  }

  @Override
  public String sentence() {
    return sentence;
  }
}
