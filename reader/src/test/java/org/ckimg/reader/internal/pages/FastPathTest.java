package org.ckimg.reader.internal.pages;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.kaitai.struct.ByteBufferKaitaiStream;
import io.kaitai.struct.KaitaiStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.ckimg.reader.ImageReader;
import org.ckimg.reader.Images;
import org.ckimg.reader.SectionInfo;
import org.ckimg.reader.internal.file.Envelope;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.spec.Finding;
import org.ckimg.spec.Format;
import org.ckimg.spec.Rule;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Digest;
import org.ckimg.testkit.Corruptions;
import org.ckimg.testkit.ImageBuilder;
import org.ckimg.testkit.Samples;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read by hand is what the generated parser reads, and refuses what it refuses. */
class FastPathTest {
  private static final Set<Rule> RANGES = Set.of(Rule.PAG_02, Rule.PAG_04, Rule.PAG_05);

  @TempDir Path directory;

  private static List<ImageBuilder> samples() {
    return List.of(
        Samples.process(),
        Samples.oneObject(),
        Samples.pages16k(),
        Samples.twoBlocks(),
        Samples.coded(),
        Samples.child());
  }

  @Test
  void directoriesAgree() throws IOException {
    for (ImageBuilder sample : samples()) {
      byte[] image = sample.build().bytes();
      CkimgImage parsed = new CkimgImage(new ByteBufferKaitaiStream(image));
      List<CkimgImage.Entry> entries = ((CkimgImage.Directory) parsed.directory().meta()).entries();
      try (ImageReader reader = ImageReader.open(Images.write(directory, image))) {
        assertEquals(entries.size(), reader.sections().size());
        for (int i = 0; i < entries.size(); i++) {
          compare(entries.get(i), reader.sections().get(i));
        }
      }
    }
  }

  private static void compare(CkimgImage.Entry expected, SectionInfo actual) {
    assertEquals(expected.type(), actual.type());
    assertEquals(expected.flags(), actual.flags());
    assertEquals(expected.item(), actual.item());
    assertEquals(expected.ofsSection(), actual.offset());
    assertEquals(expected.lenMeta(), actual.metaBytes());
    assertEquals(expected.lenData(), actual.dataBytes());
    assertEquals(expected.firstPage(), actual.firstPage());
    assertEquals(expected.numPages(), actual.pages().pages());
    assertEquals(expected.numStored(), actual.pages().stored());
    assertEquals(expected.numZero(), actual.pages().zero());
    assertEquals(expected.numInherited(), actual.pages().inherited());
    assertEquals(Digest.of(expected.leaf()), actual.leaf().orElseThrow());
  }

  @Test
  void blocksAgree() throws IOException {
    for (ImageBuilder sample : samples()) {
      byte[] image = sample.build().bytes();
      try (FileChannel channel = FileChannel.open(Images.write(directory, image))) {
        ImageFile file = new ImageFile(channel);
        Layout layout = Envelope.check(file, Findings.REFUSE).layout().orElseThrow();
        for (SectionInfo section : pages(channel)) {
          compare(generated(image, section), load(file, section, layout, Findings.REFUSE));
        }
      }
    }
  }

  private static List<SectionInfo> pages(FileChannel channel) throws IOException {
    // not closed: the channel is used on
    return ImageReader.open(channel).sections().stream()
        .filter(section -> section.is(SectionType.PAGES))
        .toList();
  }

  private static CkimgImage.PageBlock generated(byte[] image, SectionInfo section) {
    ByteBufferKaitaiStream io = new ByteBufferKaitaiStream(image);
    CkimgImage root = new CkimgImage(io);
    io.seek(section.offset());
    CkimgImage.Section parsed = new CkimgImage.Section(io, root, root, section.offset());
    return (CkimgImage.PageBlock) parsed.meta();
  }

  private static Block load(ImageFile file, SectionInfo section, Layout layout, Findings findings)
      throws IOException {
    long start = section.offset() + Format.SECTION_HEAD_BYTES;
    return Block.parse(section, file.read(start, section.metaBytes()), layout, findings)
        .orElse(null);
  }

  private static void compare(CkimgImage.PageBlock expected, Block actual) {
    assertEquals(expected.extents().size(), actual.extents().size());
    for (int i = 0; i < expected.extents().size(); i++) {
      CkimgImage.Extent extent = expected.extents().get(i);
      assertEquals(extent.page(), actual.extents().page(i));
      assertEquals(extent.count(), actual.extents().count(i));
      assertEquals(extent.firstSlot(), actual.extents().firstSlot(i));
    }
    assertEquals(expected.frames().size(), actual.frames().size());
    for (int i = 0; i < expected.frames().size(); i++) {
      CkimgImage.Frame frame = expected.frames().get(i);
      assertEquals(frame.ofsBody(), actual.frames().offset(i));
      assertEquals(frame.lenBody(), actual.frames().length(i));
      assertEquals((int) frame.crc(), actual.frames().crc(i));
      assertEquals(frame.codec(), actual.frames().codec(i));
      assertEquals((int) frame.numPages(), actual.frames().pages(i));
      assertEquals(Digest.of(frame.leaf()), actual.frames().leaf(i));
    }
    for (int i = 0; i < expected.numStored(); i++) {
      byte[] digest = new byte[Format.PAGE_DIGEST_BYTES];
      System.arraycopy(expected.digests(), i * digest.length, digest, 0, digest.length);
      assertArrayEquals(digest, actual.digests().digest(i).toArray());
    }
    for (int i = 0; i < expected.numPages(); i++) {
      int low = expected.slots()[2 * i] & 0xff;
      assertEquals(low | (expected.slots()[2 * i + 1] & 0xff) << 8, actual.slots().slot(i));
    }
  }

  /** Random bytes in extents and frame entries: both parsers find them out of range, or neither. */
  @Test
  void rangesAgree() throws IOException {
    Random random = new Random(3);
    byte[] image = Samples.coded().build().bytes();
    SectionInfo section;
    try (FileChannel channel = FileChannel.open(Images.write(directory, image))) {
      section = pages(channel).getFirst();
    }
    int tables = (int) section.offset() + Format.SECTION_HEAD_BYTES + Format.BLOCK_HEAD_BYTES;
    int refused = 0;
    for (int i = 0; i < 400; i++) {
      // one extent and three frame entries
      int at = tables + random.nextInt(Format.EXTENT_BYTES + 3 * Format.FRAME_ENTRY_BYTES);
      byte[] lie = Corruptions.overwrite(image, at, (byte) random.nextInt());
      boolean expected = generatedRefuses(lie, section);
      assertEquals(expected, fastRefuses(lie, section), () -> "byte " + (at - tables));
      refused += expected ? 1 : 0;
    }
    assertTrue(refused > 50 && refused < 350, "refused " + refused);
  }

  private static boolean generatedRefuses(byte[] image, SectionInfo section) {
    try {
      CkimgImage.PageBlock block = generated(image, section);
      block.extents();
      block.frames();
      return false;
    } catch (KaitaiStream.ValidationFailedError e) {
      return true;
    }
  }

  private boolean fastRefuses(byte[] image, SectionInfo section) throws IOException {
    try (FileChannel channel = FileChannel.open(Images.write(directory, image))) {
      ImageFile file = new ImageFile(channel);
      Layout layout = Envelope.check(file, finding -> {}).layout().orElseThrow();
      List<Finding> findings = new ArrayList<>();
      load(file, section, layout, findings::add);
      return findings.stream().anyMatch(finding -> RANGES.contains(finding.rule()));
    }
  }
}
