package org.ckimg.reader;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ckimg.reader.internal.file.ChainCheck;
import org.ckimg.reader.internal.file.Envelope;
import org.ckimg.reader.internal.file.Findings;
import org.ckimg.reader.internal.file.ImageFile;
import org.ckimg.reader.internal.file.Layout;
import org.ckimg.reader.internal.file.SectionCheck;
import org.ckimg.reader.internal.pages.Base;
import org.ckimg.reader.internal.pages.BlockIndex;
import org.ckimg.reader.internal.pages.BlockLoader;
import org.ckimg.reader.internal.pages.FrameReader;
import org.ckimg.reader.internal.pages.ImageMemory;
import org.ckimg.reader.internal.pages.PageLookup;
import org.ckimg.reader.internal.table.CheckpointDecoder;
import org.ckimg.reader.internal.table.References;
import org.ckimg.reader.internal.table.TableSet;
import org.ckimg.reader.internal.table.TableVerifier;
import org.ckimg.spec.Format;
import org.ckimg.spec.SectionType;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.KnownPages;
import org.ckimg.spec.model.Parent;
import org.ckimg.spec.model.UnknownSection;

/**
 * A checkpoint image in a file. Opening checks header, footer, directory and root digest; a section
 * is read and checked when it is asked for. Nothing that breaks a rule is given out: methods throw
 * an {@link org.ckimg.spec.ImageException} that names rule, section and offset. Safe for several
 * threads.
 */
public final class ImageReader implements Closeable {
  private final FileChannel channel;
  private final ImageFile file;
  private final Layout layout;
  private final Optional<CkimgImage.Footer> footer;
  private final List<SectionInfo> sections;
  private final SectionCheck check;
  private final BlockIndex index;
  private final BlockLoader blocks;
  private final ImageMemory memory;
  private final PageLookup lookup;
  private final Optional<ImageReader> parent;
  private Checkpoint decoded;

  private ImageReader(
      FileChannel channel,
      ImageFile file,
      Layout layout,
      Optional<CkimgImage.Footer> footer,
      List<SectionInfo> sections,
      Optional<ImageReader> parent) {
    this.channel = channel;
    this.file = file;
    this.layout = layout;
    this.footer = footer;
    this.sections = List.copyOf(sections);
    this.check = new SectionCheck(file, layout, Findings.REFUSE);
    this.index = new BlockIndex(this.sections);
    this.blocks = new BlockLoader(check);
    this.parent = parent;
    Optional<Base> base = parent.map(p -> new Base(p.memory, p.lookup, this::base));
    this.lookup = new PageLookup(index, blocks, base);
    this.memory =
        new ImageMemory(
            layout,
            index,
            blocks,
            () -> new FrameReader(file, layout.pageSize()),
            CheckpointDecoder.parent(layout.root().header()),
            base,
            object -> pages(object).runs());
  }

  /** Opens a complete image alone: pages that it inherits cannot be read. */
  public static ImageReader open(Path path) throws IOException {
    return opened(path, ImageReader::open);
  }

  /**
   * Opens a complete image alone: pages that it inherits cannot be read.
   *
   * @param channel to the whole file; closed with the reader, and left open when this fails
   */
  public static ImageReader open(FileChannel channel) throws IOException {
    return open(channel, ParentSource.NONE);
  }

  /**
   * Opens a complete image and those that it continues, as far as they are found; see {@link
   * #missing}.
   *
   * @param channel to the whole file; closed with the reader, and left open when this fails
   * @param parents finds them
   * @throws org.ckimg.spec.ImageException also when a parent is no sound image or does not fit
   */
  public static ImageReader open(FileChannel channel, ParentSource parents) throws IOException {
    ImageFile file = new ImageFile(channel);
    Envelope envelope = Envelope.check(file, Findings.REFUSE);
    Layout layout = envelope.layout().orElseThrow();
    long directory = envelope.footer().orElseThrow().directoryOffset();
    List<SectionInfo> sections =
        SectionLists.ofDirectory(envelope.entries().orElseThrow(), directory, layout);
    Optional<ImageReader> parent = parent(layout.root().header(), parents);
    return new ImageReader(channel, file, layout, envelope.footer(), sections, parent);
  }

  /** The depth goes down by one with each image, so this ends. */
  private static Optional<ImageReader> parent(CkimgImage.Header child, ParentSource parents)
      throws IOException {
    Optional<Parent> wanted = CheckpointDecoder.parent(child);
    Optional<FileChannel> channel =
        wanted.isEmpty() ? Optional.empty() : parents.find(wanted.get().identity());
    if (channel.isEmpty()) {
      return Optional.empty();
    }
    try {
      Envelope envelope = Envelope.check(new ImageFile(channel.get()), Findings.REFUSE);
      ChainCheck.fits(child, envelope.layout().orElseThrow().root().header(), Findings.REFUSE);
      return Optional.of(open(channel.get(), parents));
    } catch (IOException | RuntimeException | Error e) {
      channel.get().close();
      throw e;
    }
  }

  /**
   * Opens what is left of a file that was cut anywhere: sections up to the first head or meta that
   * is cut or whose checksum is wrong. Pages behind the cut are listed and cannot be read; what
   * refers to a table behind the cut is absent.
   *
   * @throws org.ckimg.spec.ImageException when not even the header is there
   */
  public static ImageReader salvage(Path path) throws IOException {
    return opened(path, ImageReader::salvage);
  }

  /**
   * Opens what is left of a file that was cut, as {@link #salvage(Path)} does.
   *
   * @param channel to the whole file; closed with the reader, and left open when this fails
   */
  public static ImageReader salvage(FileChannel channel) throws IOException {
    ImageFile file = new ImageFile(channel);
    Layout layout = Envelope.checkHeader(file, Findings.REFUSE).layout().orElseThrow();
    List<SectionInfo> sections = SectionLists.ofHeads(file, layout);
    return new ImageReader(channel, file, layout, Optional.empty(), sections, Optional.empty());
  }

  private interface Opener {
    ImageReader open(FileChannel channel) throws IOException;
  }

  private static ImageReader opened(Path path, Opener opener) throws IOException {
    FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
    try {
      return opener.open(channel);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /** False for a file that was opened with {@link #salvage}. */
  public boolean complete() {
    return footer.isPresent();
  }

  /** Length of the file. */
  public long lengthBytes() {
    return file.length();
  }

  /** The root digest; absent in a file that was cut. */
  public Optional<Digest> identity() {
    return footer.map(f -> Digest.of(f.root()));
  }

  /** The signature, not verified; absent when the image has none or was cut. */
  public Optional<Signature> signature() {
    return footer
        .filter(f -> f.signatureAlgorithm() != Format.SIGNATURE_NONE)
        .map(
            f -> new Signature(f.signatureAlgorithm(), Bytes.of(f.key()), Bytes.of(f.signature())));
  }

  /** All sections but the directory, in file order. */
  public List<SectionInfo> sections() {
    return sections;
  }

  /**
   * Reads, checks and decodes all tables; every reference between records leads somewhere. Pages
   * are read through {@link Checkpoint#memory}, which may be used by several threads, while this is
   * open.
   */
  public synchronized Checkpoint checkpoint() throws IOException {
    if (decoded == null) {
      decoded = decode();
    }
    return decoded;
  }

  private Checkpoint decode() throws IOException {
    TableSet tables = new TableSet(check::load);
    List<UnknownSection> extras = new ArrayList<>();
    for (SectionInfo section : sections) {
      tables.add(section);
      if (section.known().isEmpty()) {
        Bytes content = Bytes.of(meta(section));
        extras.add(new UnknownSection(section.type(), section.flags(), section.item(), content));
      }
    }
    if (!complete()) {
      tables.cutBehind(sections.isEmpty() ? Optional.empty() : Optional.of(sections.getLast()));
    }
    References references = TableVerifier.verify(tables, layout, Findings.REFUSE);
    for (SectionInfo section : sections) {
      if (section.is(SectionType.PAGES)) {
        long object = Integer.toUnsignedLong(section.item());
        references.checkPages(section, object, section.pages().inherited(), Findings.REFUSE);
      }
    }
    return CheckpointDecoder.decode(tables, layout, extras, memory);
  }

  /**
   * The meta of a section as bytes, checked from head to leaf.
   *
   * @param section one of {@link #sections}
   */
  public byte[] meta(SectionInfo section) throws IOException {
    ByteBuffer meta = check.load(section).orElseThrow();
    byte[] bytes = new byte[meta.remaining()];
    meta.get(bytes);
    return bytes;
  }

  /** How the pages of an object are kept, from the directory alone. */
  public PageTotals totals(int object) {
    return index.totals(object);
  }

  /** How the pages of an object are kept, block by block; an unknown object has no pages. */
  public ObjectPages pages(int object) {
    return new ObjectPages(object, index, blocks);
  }

  /** The base of an object in the parent, 0 for none. */
  private int base(int object) throws IOException {
    return checkpoint().object(object).base().orElse(0);
  }

  /** What the image and those below it know of pages without reading one. */
  public KnownPages known() {
    return lookup;
  }

  /** The image that this one continues, when it was found. */
  public Optional<ImageReader> parent() {
    return parent;
  }

  /** The identity of the first image down the chain that was not found. */
  public Optional<Digest> missing() {
    return parent.isPresent()
        ? parent.get().missing()
        : CheckpointDecoder.parent(layout.root().header()).map(Parent::identity);
  }

  /** Closes the files. */
  @Override
  public void close() throws IOException {
    channel.close();
    if (parent.isPresent()) {
      parent.get().close();
    }
  }
}
