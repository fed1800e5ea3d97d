package org.ckimg.tools.memory;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.interop.ByteSource;
import org.ckimg.spec.ImageException;
import org.ckimg.spec.Rule;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.mem.PageSource;
import org.ckimg.tools.mem.ProcessMemory;

/**
 * What one process would read at an address: the page that the image has; else that of the mapped
 * file, from the image or from this host where it is proven to be the same; else, where nothing was
 * ever written, zeroes. All else is not known. A few pages are kept; for one thread.
 */
public final class AddressSpace {
  private static final int KEPT_PAGES = 256;

  private final Host host;
  private final Mappings mappings;
  private final ProcessMemory memory;
  private final HostFiles files;
  private final boolean untouchedIsZero;
  private final int shift;
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
    this.host = subject.checkpoint().host();
    this.mappings = new Mappings(subject.checkpoint(), process);
    this.memory = new ProcessMemory(subject.checkpoint(), process, this::readFile);
    this.files = files;
    this.untouchedIsZero = subject.hasAllTouchedPages();
    this.shift = host.pageShift();
  }

  /** Mappings of the process. */
  public Mappings mappings() {
    return mappings;
  }

  /** The machine of the process. */
  public Host host() {
    return host;
  }

  /** Byte order of the process. */
  public ByteOrder order() {
    return host.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
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
    byte[] bytes = new byte[1 << shift];
    return switch (source(page, bytes)) {
      case IMAGE, FILE -> Optional.of(bytes);
      case ZERO -> untouchedIsZero ? Optional.of(bytes) : Optional.empty();
      case ELSEWHERE -> vdso(page);
      case UNMAPPED -> Optional.empty();
    };
  }

  /** A page that a parent has which is not at hand is as little known as that of a file. */
  private PageSource source(long page, byte[] bytes) throws IOException {
    try {
      return memory.read(page, MemorySegment.ofArray(bytes));
    } catch (ImageException e) {
      if (e.finding().rule() == Rule.CHN_01) {
        return PageSource.UNMAPPED;
      }
      throw e;
    }
  }

  private Optional<byte[]> vdso(long page) throws IOException {
    Optional<Vma> vma = mappings.atPage(page).filter(v -> v.kind() == Vma.Kind.VDSO);
    Optional<byte[]> all = vma.isPresent() ? files.vdso() : Optional.empty();
    long index = vma.map(v -> page - v.firstPage()).orElse(0L);
    return all.filter(bytes -> index < bytes.length >>> shift)
        .map(bytes -> Arrays.copyOfRange(bytes, (int) index << shift, (int) (index + 1) << shift));
  }

  /** What lies behind the end of a file in its last page is zero. */
  private boolean readFile(Vma vma, long page, MemorySegment into) throws IOException {
    long filePage = vma.filePage() + page - vma.firstPage();
    Optional<ByteSource> source =
        vma.file().isPresent() ? files.find(vma.file().getAsInt()) : Optional.empty();
    if (source.isEmpty() || filePage >= Long.MAX_VALUE >>> shift) {
      return false;
    }
    ByteBuffer bytes = into.asByteBuffer();
    return source.get().read(filePage << shift, bytes) > 0;
  }
}
