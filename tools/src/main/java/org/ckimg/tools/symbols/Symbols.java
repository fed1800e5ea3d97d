package org.ckimg.tools.symbols;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Map.Entry;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;
import org.ckimg.tools.elf.Elf;
import org.ckimg.tools.elf.Section;
import org.ckimg.tools.input.Subject;
import org.ckimg.tools.memory.AddressSpace;
import org.ckimg.tools.memory.MemorySource;

/** Names of addresses in one process, and back. For one thread. */
public final class Symbols {
  private final Symbolizer symbolizer;
  private final Subject subject;
  private final AddressSpace memory;
  private final OptionalInt exe;
  private final Map<Vma, Optional<Module>> modules = new HashMap<>();
  private Map<Integer, NavigableMap<Long, Vma>> starts;

  Symbols(Symbolizer symbolizer, AddressSpace memory, OptionalInt exe) {
    this.symbolizer = symbolizer;
    this.subject = symbolizer.subject();
    this.memory = memory;
    this.exe = exe;
  }

  /** Memory of the process, with pages of proven files. */
  public AddressSpace memory() {
    return memory;
  }

  /** Where an address points; empty when nothing is mapped there. */
  public Optional<Place> at(long address) throws IOException {
    Mappings mappings = memory.mappings();
    Optional<Vma> vma = mappings.at(address);
    if (vma.isEmpty()) {
      return Optional.empty();
    }
    Optional<Module> module = module(address);
    if (module.isPresent()) {
      long bias = module.get().bias();
      Optional<SymbolTable.Symbol> symbol = module.get().at(address);
      if (symbol.isPresent()) {
        return Optional.of(
            new Place(
                mappings.name(module.get().vma()),
                symbol.map(SymbolTable.Symbol::name),
                address - bias - symbol.get().start()));
      }
    }
    return Optional.of(
        new Place(mappings.name(vma.get()), Optional.empty(), mappings.offset(vma.get(), address)));
  }

  /**
   * The address of what is called so.
   *
   * @param text {@code [MODULE!]NAME[+OFFSET]}: the module is a mapped file by its path or its last
   *     part; the offset is decimal or, with 0x, hexadecimal. Without a module the executable is
   *     looked at first, then all others by address.
   * @return empty when nothing is called so
   */
  public OptionalLong address(String text) throws IOException {
    int plus = text.lastIndexOf('+');
    OptionalLong offset = plus < 0 ? OptionalLong.of(0) : number(text.substring(plus + 1));
    String name = plus < 0 || offset.isEmpty() ? text : text.substring(0, plus);
    int mark = name.indexOf('!');
    Bytes symbol = Bytes.utf8(name.substring(mark + 1));
    for (Module module : executable()) {
      if (mark < 0 || isCalled(module, name.substring(0, mark))) {
        OptionalLong found = module.binary().address(symbol);
        if (found.isPresent()) {
          return OptionalLong.of(module.bias() + found.getAsLong() + offset.orElse(0));
        }
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong number(String text) {
    try {
      return OptionalLong.of(
          text.startsWith("0x")
              ? Long.parseUnsignedLong(text.substring(2), 16)
              : Long.parseLong(text));
    } catch (NumberFormatException _) {
      return OptionalLong.empty();
    }
  }

  private boolean isCalled(Module module, String name) {
    String label = memory.mappings().name(module.vma());
    return label.equals(name) || label.endsWith("/" + name);
  }

  /** Binaries with code, the executable first. */
  private List<Module> executable() throws IOException {
    List<Module> first = new ArrayList<>();
    List<Module> others = new ArrayList<>();
    Set<Long> seen = new HashSet<>();
    for (Vma vma : memory.mappings().all()) {
      Optional<Module> module =
          (vma.protection() & Vma.EXECUTE) == 0 ? Optional.empty() : module(vma);
      if (module.isPresent() && seen.add(module.get().bias())) {
        (vma.file().equals(exe) ? first : others).add(module.get());
      }
    }
    first.addAll(others);
    return first;
  }

  /** The binary that an address belongs to; its zeroed variables lie behind what is mapped. */
  public Optional<Module> module(long address) throws IOException {
    Optional<Vma> vma = memory.mappings().at(address);
    if (vma.isEmpty() || vma.get().file().isPresent() || vma.get().kind() == Vma.Kind.VDSO) {
      return vma.isPresent() ? module(vma.get()) : Optional.empty();
    }
    Optional<Vma> before = memory.mappings().atPage(vma.get().firstPage() - 1);
    Optional<Module> module = before.isPresent() ? module(before.get()) : Optional.empty();
    return module.filter(m -> m.elf().segment(address - m.bias()).isPresent());
  }

  private Optional<Module> module(Vma vma) throws IOException {
    Optional<Module> module = modules.get(vma);
    if (module == null) {
      module = find(vma);
      modules.put(vma, module);
    }
    return module;
  }

  private Optional<Module> find(Vma vma) throws IOException {
    if (vma.kind() == Vma.Kind.VDSO) {
      return vdso(vma);
    }
    Optional<FileFacts> file = Mappings.file(subject.checkpoint(), vma);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    Optional<Binary> binary = symbolizer.binary(file.get());
    return binary.isPresent() ? binary.flatMap(b -> place(b, vma, vma)) : inMemory(vma);
  }

  private Optional<Module> place(Binary binary, Vma vma, Vma start) {
    int shift = memory.host().pageShift();
    boolean executable = (vma.protection() & Vma.EXECUTE) != 0;
    OptionalLong address = binary.elf().address(start.filePage() << shift, executable, 1 << shift);
    return address.isPresent()
        ? Optional.of(new Module(binary, Mappings.start(start, shift) - address.getAsLong(), start))
        : Optional.empty();
  }

  /** A file that is not at hand, as far as the image has its mappings: the last that starts it. */
  private Optional<Module> inMemory(Vma vma) throws IOException {
    Optional<Vma> start =
        starts(vma.file().getAsInt())
            .map(all -> all.floorEntry(vma.firstPage()))
            .map(Entry::getValue);
    if (start.isEmpty()) {
      return Optional.empty();
    }
    if (start.get() != vma) {
      return module(start.get());
    }
    Optional<Elf> elf = Elf.read(MemorySource.of(memory, vma));
    Optional<Module> bare = elf.flatMap(e -> place(new Binary(e, List.of()), vma, vma));
    if (bare.isEmpty()) {
      return bare;
    }
    List<SymbolTable> tables = new ArrayList<>();
    long bias = bare.get().bias();
    symbolizer.add(new DynamicSymbols(elf.get(), memory, bias).read(), tables);
    return Optional.of(new Module(new Binary(elf.get(), tables), bias, vma));
  }

  /** Mappings of the first page of a file. */
  private Optional<NavigableMap<Long, Vma>> starts(int file) {
    if (starts == null) {
      starts = new HashMap<>();
      for (Vma vma : memory.mappings().all()) {
        if (vma.file().isPresent() && vma.filePage() == 0) {
          starts
              .computeIfAbsent(vma.file().getAsInt(), _ -> new TreeMap<>())
              .put(vma.firstPage(), vma);
        }
      }
    }
    return Optional.ofNullable(starts.get(file));
  }

  /** A kernel's code that is mapped whole, with its section headers. */
  private Optional<Module> vdso(Vma vma) throws IOException {
    Optional<Elf> elf = Elf.read(MemorySource.of(memory, vma));
    if (elf.isEmpty()) {
      return Optional.empty();
    }
    List<SymbolTable> tables = new ArrayList<>();
    symbolizer.add(SymbolReader.read(elf.get(), Section.DYNAMIC_SYMBOLS), tables);
    return place(new Binary(elf.get(), tables), vma, vma);
  }
}
