package org.ckimg.tools.text;

import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.mem.Match;
import org.ckimg.tools.mem.Place;

/** Where bytes are, and what is around them, in one line. */
public final class PlaceText {
  private PlaceText() {}

  /** Such as {@code 1234 7f0000001000 rw- [heap]+0x20}. */
  public static String of(Place place) {
    if (place.pid().isEmpty() || place.address().isEmpty()) {
      return place.what();
    }
    return "%d %x %s %s"
        .formatted(
            place.pid().getAsInt(),
            place.address().getAsLong(),
            place.vma().map(PlaceText::protection).orElse("----"),
            place.what());
  }

  private static String protection(Vma vma) {
    return Mappings.protection(vma) + (vma.shared() ? "s" : "p");
  }

  /** A match as text, with what is around it. */
  public static String context(Match match, Style style) {
    return printable(match.before())
        + style.warning(printable(match.bytes()))
        + printable(match.after());
  }

  private static String printable(Bytes bytes) {
    StringBuilder text = new StringBuilder(bytes.length());
    for (byte value : bytes.toArray()) {
      text.append(value >= ' ' && value <= '~' ? (char) value : '.');
    }
    return text.toString();
  }
}
