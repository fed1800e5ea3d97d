package org.ckimg.tools.mem;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;

/**
 * Writes what an image has of a process into files, laid out as /proc has it. Every name is made of
 * numbers that this class wrote, none comes from the image; no file is overwritten, no link
 * followed, and nobody but the owner can read the files.
 */
public final class Extraction {
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

  private static final int CHUNK_PAGES = 64;

  private final Checkpoint checkpoint;
  private final RunCache runs;
  private final ObjectHolders holders;
  private final Path folder;
  private final int pageShift;
  private final List<Path> written = new ArrayList<>();
  private long pagesElsewhere;

  /**
   * Into a folder.
   *
   * @param folder made when it is not there
   * @throws java.nio.file.FileAlreadyExistsException when it is there and no folder
   */
  public Extraction(Checkpoint checkpoint, Path folder) throws IOException {
    this.checkpoint = checkpoint;
    this.folder = folder;
    this.runs = new RunCache(checkpoint.memory());
    this.holders = new ObjectHolders(checkpoint);
    this.pageShift = checkpoint.host().pageShift();
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      makeFolder(folder);
    }
  }

  /** Files that were written, in order. */
  public List<Path> written() {
    return List.copyOf(written);
  }

  /** Pages that the image leaves to files; they are holes in what was written. */
  public long pagesElsewhere() {
    return pagesElsewhere;
  }

  /** The whole process: its strings, its mappings, and what it has open that no path leads to. */
  public void process(ProcessState process) throws IOException {
    Path place = makeFolder(folder.resolve(Integer.toString(process.pid())));
    write(place.resolve("cmdline"), process.cmdline());
    write(place.resolve("environ"), process.environ());
    write(place.resolve("auxv"), process.auxv());
    write(place.resolve("comm"), process.comm());
    write(place.resolve("maps"), Optional.of(Bytes.utf8(maps(process))));
    Path maps = makeFolder(place.resolve("map_files"));
    for (Vma vma : process.vmas()) {
      mapping(vma, maps);
    }
    descriptors(process, place);
  }

  /** One mapping alone. */
  public void mapping(Vma vma) throws IOException {
    mapping(vma, folder);
  }

  /** Contents of deleted files and of queues that a process has open, by descriptor. */
  public void descriptors(ProcessState process) throws IOException {
    descriptors(process, folder);
  }

  private static Path makeFolder(Path path) throws IOException {
    return Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private FileChannel create(Path path) throws IOException {
    FileChannel file =
        FileChannel.open(
            path,
            NEW,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    written.add(path);
    return file;
  }

  private void write(Path path, Optional<Bytes> content) throws IOException {
    if (content.isPresent()) {
      try (FileChannel file = create(path)) {
        writeFully(file, ByteBuffer.wrap(content.get().toArray()), 0);
      }
    }
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes, long at) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += file.write(bytes, position);
    }
  }

  /** As /proc/PID/maps, but for device and inode, which say nothing elsewhere. */
  private String maps(ProcessState process) {
    return process.vmas().stream()
        .map(vma ->
            "%x-%x %s%s %08x 00:00 0 %s\n"
                .formatted(
                    Mappings.start(vma, pageShift),
                    Mappings.end(vma, pageShift),
                    Mappings.protection(vma),
                    vma.shared() ? "s" : "p",
                    vma.filePage() << pageShift,
                    Mappings.label(checkpoint, vma)))
        .collect(Collectors.joining());
  }

  /** Of a mapping of which the image has no page there is no file. */
  private void mapping(Vma vma, Path place) throws IOException {
    String name = "%x-%x".formatted(Mappings.start(vma, pageShift), Mappings.end(vma, pageShift));
    PageRuns pages = part(runs.of(vma.object()), vma.objectPage(), vma.numPages());
    if (vma.kind() == Vma.Kind.FILE) {
      pagesElsewhere += vma.numPages() - pages.numPages();
    }
    if (pages.numPages() > 0) {
      try (FileChannel file = create(place.resolve(name))) {
        copy(vma.object().getAsInt(), pages, vma.objectPage(), Long.MAX_VALUE, file);
      }
    }
  }

  /** Pages of a range. */
  private static PageRuns part(PageRuns all, long first, long count) {
    PageRuns.Builder part = new PageRuns.Builder();
    long end = first + count;
    for (int run = Math.max(0, all.floor(first)); run < all.size() && all.first(run) < end; run++) {
      long from = Math.max(first, all.first(run));
      long to = Math.min(end, all.end(run));
      if (from < to) {
        part.add(from, to - from);
      }
    }
    return part.build();
  }

  /**
   * Copies pages to where they belong; what lies between stays a hole.
   *
   * @param origin page that the file starts with
   * @param length bytes that the file has at most
   */
  private void copy(int object, PageRuns pages, long origin, long length, FileChannel file)
      throws IOException {
    byte[] chunk = new byte[CHUNK_PAGES << pageShift];
    for (int run = 0; run < pages.size(); run++) {
      for (long page = pages.first(run); page < pages.end(run); page += CHUNK_PAGES) {
        int count = (int) Math.min(CHUNK_PAGES, pages.end(run) - page);
        checkpoint.memory().read(object, page, count, MemorySegment.ofArray(chunk));
        long at = page - origin << pageShift;
        long bytes = Math.min((long) count << pageShift, length - at);
        if (bytes > 0) {
          writeFully(file, ByteBuffer.wrap(chunk, 0, (int) bytes), at);
        }
      }
    }
  }

  private void descriptors(ProcessState process, Path place) throws IOException {
    Path fds = null;
    for (FdEntry fd : process.fds()) {
      for (ObjectHolders.Opened opened : holders.opened(fd.description())) {
        fds = fds == null ? makeFolder(place.resolve("fd")) : fds;
        String sent = opened.role() == ObjectHolders.Role.SENT ? "-sent" : "";
        String table = fd.thread().isPresent() ? fd.thread().getAsInt() + "-" : "";
        object(checkpoint.object(opened.object()), fds.resolve(table + fd.number() + sent));
      }
    }
  }

  private void object(MemoryObject object, Path path) throws IOException {
    try (FileChannel file = create(path)) {
      PageRuns pages = runs.of(OptionalInt.of(object.id()));
      copy(object.id(), pages, 0, object.length(), file);
      if (file.size() < object.length()) {
        writeFully(file, ByteBuffer.allocate(1), object.length() - 1);
      }
    }
  }

  /**
   * An ELF file that is loaded, put together again from its segments.
   *
   * @param base address of its header
   * @throws java.util.NoSuchElementException when no header of a 64-bit ELF file is there
   */
  public void elf(ProcessState process, long base) throws IOException {
    LoadedElf elf = LoadedElf.at(new ProcessMemory(checkpoint, process), base).orElseThrow();
    ProcessMemory memory = new ProcessMemory(checkpoint, process);
    Mappings mappings = new Mappings(checkpoint, process);
    byte[] page = new byte[1 << pageShift];
    try (FileChannel file = create(folder.resolve("%x.elf".formatted(base)))) {
      for (LoadedElf.Segment segment : elf.segments()) {
        long address = segment.address();
        while (address < segment.end()) {
          if (mappings.at(address).isEmpty()) {
            break;
          }
          long next = (address >>> pageShift) + 1 << pageShift;
          int count = (int) (Math.min(next, segment.end()) - address);
          if (memory.read(address >>> pageShift, MemorySegment.ofArray(page)).isKnown()) {
            int within = (int) (address & page.length - 1);
            long at = segment.offset() + address - segment.address();
            writeFully(file, ByteBuffer.wrap(page, within, count), at);
          } else {
            pagesElsewhere++;
          }
          address = next;
        }
      }
    }
  }
}
