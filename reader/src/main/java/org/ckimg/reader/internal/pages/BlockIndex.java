package org.ckimg.reader.internal.pages;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.reader.PageTotals;
import org.ckimg.reader.SectionInfo;
import org.ckimg.spec.SectionType;

/** Which blocks an object has, in ascending order of pages, as the directory tells. */
public final class BlockIndex {
  private final Map<Integer, List<SectionInfo>> blocks = new HashMap<>();

  /** Takes the PAGES sections out of {@code sections}. */
  public BlockIndex(List<SectionInfo> sections) {
    for (SectionInfo section : sections) {
      if (section.is(SectionType.PAGES)) {
        blocks.computeIfAbsent(section.item(), item -> new ArrayList<>()).add(section);
      }
    }
  }

  /** The blocks of an object; none for an object without pages. */
  public List<SectionInfo> blocks(int object) {
    return blocks.getOrDefault(object, List.of());
  }

  /** Page counts of all blocks of an object. */
  public PageTotals totals(int object) {
    return blocks(object).stream()
        .map(SectionInfo::pages)
        .reduce(PageTotals.NONE, PageTotals::plus);
  }

  /** The block of the object whose first page is the last one not behind {@code page}, or -1. */
  public int floor(int object, long page) {
    List<SectionInfo> list = blocks(object);
    int low = 0;
    int high = list.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (list.get(middle).firstPage() <= page) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }
}
