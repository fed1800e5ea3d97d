package org.ckimg.tools.json;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ckimg.reader.PageTotals;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.spec.model.VmaFlag;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.input.Subject;

/** Mappings of {@code ckimg.inspect/1}, and what they add up to. */
final class MemoryJson {
  private final Json json;
  private final Subject subject;
  private final int shift;

  MemoryJson(Json json, Subject subject) {
    this.json = json;
    this.subject = subject;
    this.shift = subject.checkpoint().host().pageShift();
  }

  /** A mapping and the pages of it that the image has. */
  private record Counted(Vma vma, PageTotals pages) {}

  /** Writes the mappings of a process; returns the sum of their pages. */
  PageTotals vmas(ProcessState process) throws IOException {
    List<Counted> counted = new ArrayList<>();
    PageTotals sum = PageTotals.NONE;
    for (Vma vma : process.vmas()) {
      PageTotals pages = subject.pages(vma);
      counted.add(new Counted(vma, pages));
      sum = sum.plus(pages);
    }
    json.objects("vmas", counted, c -> vma(c.vma, c.pages));
    return sum;
  }

  void vma(Vma vma) throws IOException {
    vma(vma, subject.pages(vma));
  }

  private void vma(Vma vma, PageTotals pages) throws IOException {
    json.hex("start", Mappings.start(vma, shift));
    json.hex("end", Mappings.end(vma, shift));
    json.text("prot", Mappings.protection(vma));
    json.flag("shared", vma.shared());
    json.text("kind", vma.kind().name().toLowerCase(Locale.ROOT));
    Optional<FileFacts> file = Mappings.file(subject.checkpoint(), vma);
    if (file.isPresent()) {
      json.text("path", file.get().path());
      json.number("offset", vma.filePage() << shift);
      json.flag("deleted", file.get().deleted());
      json.text("buildId", file.get().buildId().map(MemoryJson::hex));
    }
    json.text("name", vma.name());
    json.strings("flags", flags(vma));
    json.number("object", vma.object());
    json.text("digest", vma.digest());
    counts(pages);
  }

  private static String hex(Bytes id) {
    return HexFormat.of().formatHex(id.toArray());
  }

  private static List<String> flags(Vma vma) {
    return vma.flags().stream()
        .filter(flag -> flag != VmaFlag.SHARED)
        .sorted()
        .map(flag -> flag.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  /** What the mappings of a process add up to. */
  void totals(ProcessState process, PageTotals sum) throws IOException {
    json.number("mappedBytes", subject.mappedBytes(process));
    counts(sum);
  }

  private void counts(PageTotals pages) throws IOException {
    json.number("storedPages", pages.stored() + pages.repeated());
    json.number("zeroPages", pages.zero());
    json.number("parentPages", pages.inherited());
  }
}
