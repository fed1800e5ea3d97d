package org.ckimg.tools.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.PageRuns;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.input.Subject;

/**
 * What one process would read at an address: the page that the image has; else that of the mapped
 * file, from the image or from this host where it is proven to be the same; else, where nothing was
 * ever written, zeroes. All else is not known. A few pages are kept; for one thread.
 */
public final class AddressSpace {
  private static final int KEPT_PAGES = 256;

  private final Checkpoint checkpoint;
  private final Mappings mappings;
  private final HostFiles files;
  private final boolean untouchedIsZero;
  private final int shift;
  private final Map<Integer, PageRuns> runs = new HashMap<>();
  private final Map<Long, Optional<byte[]>> kept =
      new LinkedHashMap<>(KEPT_PAGES, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Optional<byte[]>> eldest) {
          return size() > KEPT_PAGES;
        }
      };

  /**
   * Of a process of {@code subject}.
   *
   * @param files of this host; {@link HostFiles#NONE} for the image alone
   */
  public AddressSpace(Subject subject, ProcessState process, HostFiles files) {
    this.checkpoint = subject.checkpoint();
    this.mappings = new Mappings(checkpoint, process);
    this.files = files;
    this.untouchedIsZero = subject.hasAllTouchedPages();
    this.shift = checkpoint.host().pageShift();
  }

  /** Mappings of the process. */
  public Mappings mappings() {
    return mappings;
  }

  /** The machine of the process. */
  public Host host() {
    return checkpoint.host();
  }

  /** Byte order of the process. */
  public ByteOrder order() {
    return host().bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
  }

  /**
   * Fills {@code into} from its position on, up to the first byte that is not known.
   *
   * @param address any
   * @return bytes that were put
   */
  public int read(long address, ByteBuffer into) throws IOException {
    int done = 0;
    while (into.hasRemaining()) {
      long at = address + done;
      Optional<byte[]> page = page(at >>> shift);
      if (page.isEmpty() || done > 0 && at == 0) {
        break;
      }
      int within = (int) (at & (1L << shift) - 1);
      int count = Math.min(into.remaining(), page.get().length - within);
      into.put(page.get(), within, count);
      done += count;
    }
    return done;
  }

  /**
   * Bytes at an address, in the order of the process.
   *
   * @param length at least 0; checked by the caller before it trusts it
   * @return empty when they are not all known
   */
  public Optional<ByteBuffer> bytes(long address, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    return read(address, bytes) < length
        ? Optional.empty()
        : Optional.of(bytes.flip().order(order()));
  }

  /** The word of 8 bytes at an address. */
  public OptionalLong word(long address) throws IOException {
    Optional<ByteBuffer> bytes = bytes(address, Long.BYTES);
    return bytes.isPresent() ? OptionalLong.of(bytes.get().getLong()) : OptionalLong.empty();
  }

  /** A page by its number; what it returns is not to be changed. */
  private Optional<byte[]> page(long page) throws IOException {
    Optional<byte[]> known = kept.get(page);
    if (known == null) {
      known = load(page);
      kept.put(page, known);
    }
    return known;
  }

  private Optional<byte[]> load(long page) throws IOException {
    Optional<Vma> found = mappings.atPage(page);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Vma vma = found.get();
    long index = page - vma.firstPage();
    Optional<byte[]> stored = stored(vma.object(), vma.objectPage() + index);
    return stored.isPresent() ? stored : left(vma, index);
  }

  /** A page that the image does not have for this mapping. */
  private Optional<byte[]> left(Vma vma, long index) throws IOException {
    if (vma.kind() == Vma.Kind.VDSO) {
      return files.vdso().flatMap(bytes -> part(bytes, index));
    }
    Optional<FileFacts> file = Mappings.file(checkpoint, vma);
    if (file.isPresent()) {
      Optional<byte[]> content = stored(file.get().content(), vma.filePage() + index);
      return content.isPresent() ? content : ofFile(file.get(), vma.filePage() + index);
    }
    boolean known =
        switch (vma.kind()) {
          case ANONYMOUS, HEAP, STACK, SHM, MEMFD, SYSV -> untouchedIsZero;
          case FILE, VDSO, VVAR, VSYSCALL, OTHER -> false;
        };
    return known ? Optional.of(new byte[1 << shift]) : Optional.empty();
  }

  private Optional<byte[]> part(byte[] bytes, long index) {
    if (index >= bytes.length >>> shift) {
      return Optional.empty();
    }
    byte[] page = new byte[1 << shift];
    System.arraycopy(bytes, (int) index << shift, page, 0, page.length);
    return Optional.of(page);
  }

  private Optional<byte[]> ofFile(FileFacts file, long filePage) throws IOException {
    Optional<ByteSource> source = files.find(file.id());
    if (source.isEmpty() || filePage >= Long.MAX_VALUE >>> shift) {
      return Optional.empty();
    }
    // What lies behind the end of a file in its last page is zero.
    byte[] page = new byte[1 << shift];
    int count = source.get().read(filePage << shift, ByteBuffer.wrap(page));
    return count == 0 ? Optional.empty() : Optional.of(page);
  }

  private Optional<byte[]> stored(OptionalInt object, long page) throws IOException {
    if (object.isEmpty() || !has(object.getAsInt(), page)) {
      return Optional.empty();
    }
    byte[] bytes = new byte[1 << shift];
    try {
      checkpoint.memory().read(object.getAsInt(), page, 1, MemorySegment.ofArray(bytes));
    } catch (ImageException e) {
      if (e.finding().rule() == Rule.CHN_01) {
        return Optional.empty();
      }
      throw e;
    }
    return Optional.of(bytes);
  }

  private boolean has(int object, long page) throws IOException {
    if (object < 1 || object > checkpoint.objects().size()) {
      return false;
    }
    PageRuns pages = runs.get(object);
    if (pages == null) {
      pages = checkpoint.memory().pages(object);
      runs.put(object, pages);
    }
    return pages.contains(page);
  }
}
