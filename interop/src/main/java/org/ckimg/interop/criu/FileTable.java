package org.ckimg.interop.criu;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.GhostFile;
import org.ckimg.interop.criu.proto.HandleEntry;
import org.ckimg.interop.criu.proto.InotifyWatch;
import org.ckimg.interop.criu.proto.MemfdInode;
import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.interop.criu.proto.RemapPath;
import org.ckimg.interop.criu.proto.UnixSocket;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FileFacts;

/** What is known of each file, each file once; a file gets its id when it is first asked for. */
final class FileTable {
  private static final int MINOR_BITS = 20;
  private static final int NO_REMAP = -1;

  private final FileImages images;
  private final Map<Integer, GhostReader.Ghost> ghosts;
  private final SharedMemory shared;
  private final List<FileFacts> files = new ArrayList<>();
  private final Map<Key, Integer> ids = new HashMap<>();

  /** What makes two entries one file. */
  private record Key(Bytes path, long where, long remap) {}

  FileTable(FileImages images, Map<Integer, GhostReader.Ghost> ghosts, SharedMemory shared) {
    this.images = images;
    this.ghosts = ghosts;
    this.shared = shared;
  }

  FileImages images() {
    return images;
  }

  List<FileFacts> files() {
    return files;
  }

  /** Id of the file that {@code from} refers to by number: one with a path, or a memfd. */
  int of(Entry<?> from, int number) throws MalformedImageException {
    Entry<FileEntry> entry = images.file(from, number);
    return switch (FileKind.of(entry)) {
      case REG -> regular(entry);
      case MEMFD -> memfd(entry);
      default ->
          throw from.malformed(
              CriuRule.REFERENCE,
              "file %s is of kind %s"
                  .formatted(entry.message().getId(), FileKind.of(entry).text()));
    };
  }

  private int regular(Entry<FileEntry> entry) throws MalformedImageException {
    RegFile file = entry.message().getReg();
    Bytes path = ThreadDecoder.bytes(file.getName());
    Optional<Entry<RemapPath>> remap = images.remap(entry.message().getId());
    long remapId =
        remap.isPresent() ? Integer.toUnsignedLong(remap.get().message().getRemapId()) : NO_REMAP;
    Key key = new Key(path, file.getMntId(), remapId);
    Integer known = ids.get(key);
    return known != null
        ? known
        : add(key, remap.isPresent() ? gone(path, file, remap.get()) : built(path, file));
  }

  /** The image has the bytes of a build id as little-endian words. */
  private FileFacts built(Bytes path, RegFile file) {
    int length = file.getBuildIdCount() * Integer.BYTES;
    FileFacts facts = facts(path, CriuStatus.of(file), false);
    return length == 0 || length > FileFacts.MAX_BUILD_ID
        ? facts
        : facts.withBuildId(new WordBuffer(length).putAll32(0, file.getBuildIdList()).toBytes());
  }

  private FileFacts gone(Bytes path, RegFile file, Entry<RemapPath> remap)
      throws MalformedImageException {
    if (remap.message().getRemapType() != GhostReader.GHOST) {
      boolean linked = remap.message().getRemapType() == GhostReader.LINKED;
      return facts(path, CriuStatus.of(file), linked);
    }
    GhostReader.Ghost ghost = ghosts.get(remap.message().getRemapId());
    GhostFile lost = ghost.entry().message();
    return facts(
        path,
        lost.hasIno() && lost.hasDev()
            ? Optional.of(new FileFacts.Inode(device(lost.getDev()), lost.getIno()))
            : Optional.empty(),
        CriuStatus.of(ghost),
        Optional.empty(),
        OptionalInt.empty(),
        true,
        ghost.content());
  }

  /** The kernel's own encoding, as images have it, in that of the model. */
  static long device(int device) {
    long minor = device & (1 << MINOR_BITS) - 1;
    return Integer.toUnsignedLong(device >>> MINOR_BITS) << Integer.SIZE | minor;
  }

  private int memfd(Entry<FileEntry> entry) throws MalformedImageException {
    MemfdInode memfd = images.memfd(entry).message();
    int inode = entry.message().getMemfd().getInodeId();
    Bytes name = ThreadDecoder.bytes(memfd.getName());
    Bytes path = SharedMemory.isAnonymous(memfd) ? name : Bytes.utf8("/memfd:").plus(name);
    Key key = new Key(path, inode, NO_REMAP);
    Integer known = ids.get(key);
    return known != null
        ? known
        : add(
            key,
            facts(
                path,
                Optional.empty(),
                CriuStatus.of(memfd),
                Optional.empty(),
                memfd.hasSeals() ? OptionalInt.of(memfd.getSeals()) : OptionalInt.empty(),
                true,
                Optional.of(shared.ofMemfd(inode))));
  }

  /** Id of something with this path, or with the name that the kernel gives what has none. */
  int at(String name) {
    Key key = new Key(Bytes.utf8(name), 0, NO_REMAP);
    Integer known = ids.get(key);
    return known != null ? known : add(key, facts(key.path, FileFacts.Status.UNKNOWN, false));
  }

  /** Id of the file that a Unix socket with a path is bound to. */
  int socket(UnixSocket socket) {
    Bytes name = ThreadDecoder.bytes(socket.getName());
    int end = name.length();
    while (end > 0 && name.at(end - 1) == 0) {
      end--;
    }
    Bytes folder = ThreadDecoder.bytes(socket.getNameDir());
    Bytes path = folder.length() == 0 ? Bytes.EMPTY : folder.plus(Bytes.utf8("/"));
    Key key = new Key(path.plus(name.slice(0, end)), socket.getMntId(), NO_REMAP);
    Integer known = ids.get(key);
    return known != null ? known : add(key, facts(key.path, CriuStatus.of(socket), false));
  }

  /** Id of a file that inotify watches, which the image knows by its handle. */
  int watched(InotifyWatch watch) {
    HandleEntry handle = watch.getHandle();
    Bytes path = ThreadDecoder.bytes(handle.getPath());
    Key key = new Key(path, Integer.toUnsignedLong(watch.getDevice()), watch.getInode());
    Integer known = ids.get(key);
    return known != null
        ? known
        : add(
            key,
            facts(
                path,
                Optional.of(new FileFacts.Inode(device(watch.getDevice()), watch.getInode())),
                FileFacts.Status.UNKNOWN,
                handle(handle),
                OptionalInt.empty(),
                false,
                Optional.empty()));
  }

  private static Optional<FileFacts.Handle> handle(HandleEntry entry) {
    int words = entry.getHandleCount() * Long.BYTES;
    if (entry.getBytes() <= 0 || entry.getBytes() > words) {
      return Optional.empty();
    }
    Bytes bytes = new WordBuffer(words).putAll64(0, entry.getHandleList()).toBytes();
    return Optional.of(new FileFacts.Handle(entry.getType(), bytes.slice(0, entry.getBytes())));
  }

  private FileFacts facts(Bytes path, FileFacts.Status status, boolean deleted) {
    return facts(
        path,
        Optional.empty(),
        status,
        Optional.empty(),
        OptionalInt.empty(),
        deleted,
        Optional.empty());
  }

  private FileFacts facts(
      Bytes path,
      Optional<FileFacts.Inode> inode,
      FileFacts.Status status,
      Optional<FileFacts.Handle> handle,
      OptionalInt seals,
      boolean deleted,
      Optional<ObjectTable.Slot> content) {
    return new FileFacts(
        files.size() + 1,
        path,
        inode,
        status,
        OptionalLong.empty(),
        OptionalLong.empty(),
        handle,
        seals,
        deleted,
        content.isPresent() ? OptionalInt.of(content.get().id()) : OptionalInt.empty(),
        Optional.empty());
  }

  private int add(Key key, FileFacts facts) {
    ids.put(key, facts.id());
    files.add(facts);
    return facts.id();
  }
}
