package org.ckimg.tools.symbols;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.FileSource;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.elf.Elf;
import org.ckimg.tools.elf.Section;

/**
 * Files with what was stripped from others, where gdb looks for them: by build id below the root,
 * by the name and checksum of {@code .gnu_debuglink} beside the file and below the root. Each is
 * taken only when it is proven to belong to the file.
 */
final class DebugFiles implements Closeable {
  /** Where distributions put them. */
  static final Path SYSTEM = Path.of("/usr/lib/debug");

  private static final int MAX_NAME = 255;
  private static final int CHUNK = 1 << 18;

  private final Path root;
  private final List<ByteSource> open = new ArrayList<>();

  /** Below {@code root}, such as {@link #SYSTEM}. */
  DebugFiles(Path root) {
    this.root = root;
  }

  /**
   * The one for a file.
   *
   * @param path of the file on this host
   */
  Optional<Elf> find(Elf elf, String path) throws IOException {
    Optional<Bytes> id = elf.buildId();
    Optional<Elf> byId = id.isPresent() ? byBuildId(id.get()) : Optional.empty();
    return byId.isPresent() ? byId : byLink(elf, path);
  }

  private Optional<Elf> byBuildId(Bytes id) throws IOException {
    String hex = HexFormat.of().formatHex(id.toArray());
    if (hex.length() <= 2) {
      return Optional.empty();
    }
    Path path =
        root.resolve(".build-id").resolve(hex.substring(0, 2)).resolve(hex.substring(2) + ".debug");
    Optional<ByteSource> source = open(path);
    Optional<Elf> elf = source.isPresent() ? Elf.read(source.get()) : Optional.empty();
    return elf.isPresent() && elf.get().buildId().equals(Optional.of(id)) ? elf : Optional.empty();
  }

  private Optional<Elf> byLink(Elf elf, String path) throws IOException {
    Optional<Section> section = elf.section(".gnu_debuglink");
    if (section.isEmpty()) {
      return Optional.empty();
    }
    String name = elf.string(section.get().offset(), MAX_NAME);
    long crcAt = section.get().offset() + (name.length() + 4 & ~3);
    Optional<ByteBuffer> crc = elf.window().at(crcAt, Integer.BYTES);
    if (name.isEmpty() || name.contains("/") || crc.isEmpty()) {
      return Optional.empty();
    }
    int wanted = crc.get().getInt();
    for (Path place : places(path, name)) {
      Optional<ByteSource> source = open(place);
      if (source.isPresent() && crc(source.get()) == wanted) {
        return Elf.read(source.get());
      }
    }
    return Optional.empty();
  }

  private List<Path> places(String path, String name) {
    try {
      Path folder = Path.of(path).toAbsolutePath().getParent();
      return List.of(
          folder.resolve(name),
          folder.resolve(".debug").resolve(name),
          root.resolve(Path.of("/").relativize(folder)).resolve(name));
    } catch (InvalidPathException _) {
      return List.of();
    }
  }

  private Optional<ByteSource> open(Path path) throws IOException {
    if (!Files.isRegularFile(path) || !Files.isReadable(path)) {
      return Optional.empty();
    }
    ByteSource source =
        new FileSource(
            Bytes.utf8(path.toString()).toString(),
            FileChannel.open(path, StandardOpenOption.READ));
    open.add(source);
    return Optional.of(source);
  }

  private static int crc(ByteSource source) throws IOException {
    CRC32 crc = new CRC32();
    ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
    for (long at = 0; at < source.length(); at += CHUNK) {
      source.read(at, chunk.clear());
      crc.update(chunk.flip());
    }
    return (int) crc.getValue();
  }

  @Override
  public void close() throws IOException {
    for (ByteSource source : open) {
      source.close();
    }
  }
}
