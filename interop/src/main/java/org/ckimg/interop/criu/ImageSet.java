package org.ckimg.interop.criu;

import com.google.protobuf.Parser;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.ckimg.interop.ByteSource;
import org.ckimg.interop.Folder;
import org.ckimg.spec.Finding;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.TruncatedImageException;

/** The images of one folder, and the set that it continues. */
final class ImageSet implements Closeable {
  private static final String PARENT = "parent";
  private static final int MAX_DEPTH = 128;

  private final Folder folder;
  private final long lengthBytes;
  private final int depth;
  private final Set<String> used = new HashSet<>();
  private final Map<String, ByteSource> kept = new HashMap<>();
  private Optional<ImageSet> parent = Optional.empty();
  private boolean parentSought;

  private ImageSet(Folder folder, int depth) throws IOException {
    this.folder = folder;
    this.lengthBytes = folder.lengthBytes();
    this.depth = depth;
  }

  /** The set in {@code folder}, which is closed with it. */
  static ImageSet of(Folder folder) throws IOException {
    return new ImageSet(folder, 0);
  }

  /** Goes through an image; empty when there is none with this name. */
  Optional<EntryReader> read(String name, ImageKind kind) throws IOException {
    used.add(name);
    Optional<ByteSource> source = folder.open(name);
    return source.isPresent()
        ? Optional.of(EntryReader.open(source.get(), kind))
        : Optional.empty();
  }

  /** All entries of an image, none when there is no such image. */
  <T> List<Entry<T>> all(String name, ImageKind kind, Parser<T> parser) throws IOException {
    List<Entry<T>> entries = new ArrayList<>();
    Optional<EntryReader> found = read(name, kind);
    if (found.isPresent()) {
      try (EntryReader reader = found.get()) {
        while (reader.next()) {
          entries.add(reader.parse(parser));
        }
      }
    }
    return entries;
  }

  /** The one entry of an image; empty when there is no such image. */
  <T> Optional<Entry<T>> one(String name, ImageKind kind, Parser<T> parser) throws IOException {
    Optional<EntryReader> found = read(name, kind);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    try (EntryReader reader = found.get()) {
      if (!reader.next()) {
        throw new TruncatedImageException(
            new Finding(CriuRule.LENGTH, reader.source().name(), 0, "has no entry"));
      }
      return Optional.of(reader.parse(parser));
    }
  }

  /** The one entry of an image that must be there. */
  <T> Entry<T> demand(String name, ImageKind kind, Parser<T> parser) throws IOException {
    Optional<Entry<T>> found = one(name, kind, parser);
    return found.isPresent() ? found.get() : absent(name);
  }

  private static <T> T absent(String name) throws MalformedImageException {
    throw new MalformedImageException(new Finding(CriuRule.PRESENT, name, 0, "is not in the set"));
  }

  /** A file to read from as long as the set is open; empty when there is none. */
  Optional<ByteSource> keep(String name) throws IOException {
    used.add(name);
    ByteSource known = kept.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<ByteSource> source = folder.open(name);
    source.ifPresent(opened -> kept.put(name, opened));
    return source;
  }

  /** A file that must be there, to read from as long as the set is open. */
  ByteSource demandKept(String name) throws IOException {
    Optional<ByteSource> found = keep(name);
    return found.isPresent() ? found.get() : absent(name);
  }

  /** The set that pages were left out of this one for. */
  Optional<ImageSet> parent() throws IOException {
    if (!parentSought) {
      parentSought = true;
      Optional<Folder> below = folder.folder(PARENT);
      if (below.isPresent() && depth == MAX_DEPTH) {
        below.get().close();
        throw new MalformedImageException(
            new Finding(CriuRule.CHAIN, PARENT, 0, "is parent number " + (depth + 1)));
      }
      if (below.isPresent()) {
        parent = Optional.of(new ImageSet(below.get(), depth + 1));
      }
    }
    return parent;
  }

  /** True when there is an image with this name. */
  boolean has(String name) {
    return folder.names().contains(name);
  }

  /** Names of all images that start so, which are used from now on. */
  List<String> startingWith(String prefix) {
    List<String> names =
        folder.names().stream().filter(n -> n.startsWith(prefix) && n.endsWith(".img")).toList();
    used.addAll(names);
    return names;
  }

  /** Names of the files that nothing has asked for. */
  List<String> unused() {
    return folder.names().stream().filter(name -> !used.contains(name)).toList();
  }

  /** A file of {@link #unused}, closed by the caller. */
  Optional<ByteSource> open(String name) throws IOException {
    return folder.open(name);
  }

  /** Bytes of all files of this folder. */
  long lengthBytes() {
    return lengthBytes;
  }

  @Override
  public void close() throws IOException {
    for (ByteSource source : kept.values()) {
      source.close();
    }
    if (parent.isPresent()) {
      parent.get().close();
    }
    folder.close();
  }
}
