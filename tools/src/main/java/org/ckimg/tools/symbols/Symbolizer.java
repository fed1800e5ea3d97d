package org.ckimg.tools.symbols;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.elf.Elf;
import org.ckimg.tools.elf.Section;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.memory.AddressSpace;
import org.ckimg.tools.memory.ObjectSource;
import org.ckimg.tools.memory.ProvenFiles;

/**
 * Symbol tables of the files that the processes of an image had mapped: from the image, else from
 * this host where the file is proven to be the same. A table is read when it is first needed, and
 * kept; for one thread.
 */
public final class Symbolizer implements Closeable {
  /** Tables of the largest virtual machines and browsers take a tenth of this. */
  private static final long MOST_BYTES = 1L << 30;

  private final Subject subject;
  private final ProvenFiles files;
  private final DebugFiles debug;
  private final Map<Integer, Optional<Binary>> binaries = new HashMap<>();
  private long bytesLeft = MOST_BYTES;

  private Symbolizer(Subject subject, Path debugRoot) {
    this.subject = subject;
    this.files = new ProvenFiles(subject);
    this.debug = new DebugFiles(debugRoot);
  }

  /** For the processes of {@code subject}. */
  public static Symbolizer of(Subject subject) {
    return of(subject, DebugFiles.SYSTEM);
  }

  /** The same, with debug files below another folder. */
  static Symbolizer of(Subject subject, Path debugRoot) {
    return new Symbolizer(subject, debugRoot);
  }

  /** Those of one process. */
  public Symbols symbols(ProcessState process) {
    return new Symbols(this, new AddressSpace(subject, process, files), process.exe());
  }

  Subject subject() {
    return subject;
  }

  /** What a file has, from wherever its bytes are. */
  Optional<Binary> binary(FileFacts file) throws IOException {
    Optional<Binary> binary = binaries.get(file.id());
    if (binary == null) {
      binary = read(file);
      binaries.put(file.id(), binary);
    }
    return binary;
  }

  private Optional<Binary> read(FileFacts file) throws IOException {
    Optional<ByteSource> source = source(file);
    Optional<Elf> elf = source.isPresent() ? Elf.read(source.get()) : Optional.empty();
    return elf.isPresent() ? Optional.of(binary(elf.get(), file)) : Optional.empty();
  }

  /** The bytes of a file: of one that is gone from the image, else from this host when proven. */
  public Optional<ByteSource> source(FileFacts file) throws IOException {
    Optional<ByteSource> content = content(file);
    return content.isPresent() ? content : files.find(file.id());
  }

  /** The bytes of a file that is gone. */
  private Optional<ByteSource> content(FileFacts file) throws IOException {
    Checkpoint checkpoint = subject.checkpoint();
    boolean has =
        file.content().isPresent() && file.content().getAsInt() <= checkpoint.objects().size();
    return has
        ? Optional.of(
            new ObjectSource(
                checkpoint, checkpoint.object(file.content().getAsInt()), file.path().toString()))
        : Optional.empty();
  }

  private Binary binary(Elf elf, FileFacts file) throws IOException {
    List<SymbolTable> tables = new ArrayList<>();
    Optional<Elf> stripped =
        file.deleted() ? Optional.empty() : debug.find(elf, elf.source().name());
    if (stripped.isPresent()) {
      add(SymbolReader.read(stripped.get(), Section.SYMBOLS), tables);
    }
    add(SymbolReader.read(elf, Section.SYMBOLS), tables);
    add(SymbolReader.read(elf, Section.DYNAMIC_SYMBOLS), tables);
    return new Binary(elf, tables);
  }

  /** Counts what tables take, so that many of them in a hostile image do not take everything. */
  void add(Optional<SymbolTable> table, List<SymbolTable> tables) {
    if (table.isPresent() && bytesLeft >= table.get().bytes()) {
      bytesLeft -= table.get().bytes();
      tables.add(table.get());
    }
  }

  @Override
  public void close() throws IOException {
    try (files;
        debug) {
      binaries.clear();
    }
  }
}
