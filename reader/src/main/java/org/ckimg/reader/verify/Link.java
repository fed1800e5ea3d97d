package org.ckimg.reader.verify;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.PageState;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.ChainCheck;
import org.ckimg.reader.internal.file.Envelope;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.reader.internal.pages.BlockIndex;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;

/** An image and its parent, both sound alone: do they fit? */
final class Link {
  private final ImageReader child;
  private final ImageReader parent;
  private final FindingList findings;
  private final BlockIndex blocks;

  private Link(ImageReader child, ImageReader parent, FindingList findings) {
    this.child = child;
    this.parent = parent;
    this.findings = findings;
    this.blocks = new BlockIndex(child.sections());
  }

  /** Reports what the headers contradict; true when they do not. */
  static boolean headersFit(FileChannel child, FileChannel parent, FindingList findings)
      throws IOException {
    return ChainCheck.fits(header(child), header(parent), findings);
  }

  private static CkimgImage.Header header(FileChannel channel) throws IOException {
    Envelope envelope = Envelope.check(new ImageFile(channel), Findings.REFUSE);
    return envelope.layout().orElseThrow().root().header();
  }

  /** Reports objects without their base and pages without their origin. */
  static void verify(FileChannel child, FileChannel parent, FindingList findings)
      throws IOException {
    new Link(ImageReader.open(child), ImageReader.open(parent), findings).verify();
  }

  /** Objects with the same base, of which there may be many, are looked at together. */
  private void verify() throws IOException {
    Map<Integer, List<MemoryObject>> byBase =
        child.checkpoint().objects().stream()
            .filter(object -> object.base().isPresent())
            .collect(
                Collectors.groupingBy(
                    object -> object.base().getAsInt(), TreeMap::new, Collectors.toList()));
    for (Map.Entry<Integer, List<MemoryObject>> entry : byBase.entrySet()) {
      verify(entry.getValue(), entry.getKey());
    }
  }

  private void verify(List<MemoryObject> objects, int base) throws IOException {
    List<MemoryObject> known = parent.checkpoint().objects();
    boolean there = base <= known.size();
    PageRuns available = there ? parent.pages(base).runs() : PageRuns.EMPTY;
    for (MemoryObject object : objects) {
      if (there && known.get(base - 1).kind() == object.kind()) {
        verifyPages(object.id(), base, available);
      } else {
        refuseBase(object, base, there ? "of kind " + known.get(base - 1).kind() : "not there");
      }
    }
  }

  private void refuseBase(MemoryObject object, int base, String is) {
    SectionInfo section =
        child.sections().stream().filter(s -> s.is(SectionType.OBJECTS)).findFirst().orElseThrow();
    String text = "object %d is of kind %s, base_object %d of the parent is %s";
    findings.add(
        new Finding(
            Rule.CHN_02,
            section.name(),
            section.offset(),
            text.formatted(object.id(), object.kind(), base, is)));
  }

  private void verifyPages(int object, int base, PageRuns available) throws IOException {
    child
        .pages(object)
        .forEach(
            0,
            Long.MAX_VALUE,
            run -> {
              if (run.state() == PageState.INHERITED) {
                verifyRun(object, base, run.firstPage(), run.numPages(), available);
              }
            });
  }

  private void verifyRun(int object, int base, long first, long count, PageRuns available) {
    int at = Math.max(0, available.floor(first));
    long page = first;
    while (at < available.size() && available.first(at) <= page && page < first + count) {
      page = Math.max(page, available.end(at));
      at++;
    }
    if (page < first + count) {
      String text = "page %d is inherited, object %d of the parent does not have it";
      SectionInfo section = block(object, page);
      findings.add(
          new Finding(Rule.CHN_03, section.name(), section.offset(), text.formatted(page, base)));
    }
  }

  /** The section with the last block that starts at or before the page. */
  private SectionInfo block(int object, long page) {
    return blocks.blocks(object).get(blocks.floor(object, page));
  }
}
