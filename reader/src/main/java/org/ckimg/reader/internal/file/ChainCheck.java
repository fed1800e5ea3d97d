package org.ckimg.reader.internal.file;

import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.ksy.CkimgImage;

/** Whether a parent fits its child: FORMAT.md section 12, incremental chains. */
public final class ChainCheck {
  private ChainCheck() {}

  /**
   * Reports each field of the child's header that the parent's contradicts.
   *
   * @return true when there is none
   */
  public static boolean fits(CkimgImage.Header child, CkimgImage.Header parent, Findings findings)
      throws ImageException {
    return fits(12, "page_shift", child.pageShift(), parent.pageShift(), findings)
        & fits(15, "elf_data", child.elfData(), parent.elfData(), findings)
        & fits(16, "elf_machine", child.elfMachine(), parent.elfMachine(), findings)
        & fits(18, "system", child.system(), parent.system(), findings)
        & fits(20, "chain_depth", child.chainDepth(), parent.chainDepth() + 1, findings);
  }

  private static boolean fits(int at, String field, long child, long wanted, Findings findings)
      throws ImageException {
    if (child != wanted) {
      String text = "%s is %d, with this parent it must be %d".formatted(field, child, wanted);
      findings.add(Rule.CHN_01, "header", at, text);
    }
    return child == wanted;
  }
}
