package org.ckimg.interop.criu;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.TermiosEntry;
import org.ckimg.interop.criu.proto.TtyFile;
import org.ckimg.interop.criu.proto.TtyInfo;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.Terminal;

/** Terminals and their masters. */
final class TerminalDecoder {
  private static final int PTY = 1;
  private static final int CONSOLE = 2;
  private static final int VIRTUAL = 3;
  private static final int CONTROLLING = 4;

  /** Device 5:2, /dev/ptmx, as stat(2) and as the kernel itself encode it. */
  private static final int PTMX = 0x502;

  private static final int PTMX_IN_KERNEL = 0x500002;
  private static final int CONTROL_CHARACTERS = 19;
  private static final int MAX_SIZE = 0xffff;

  private final FileTable files;
  private final Map<Integer, Terminal> terminals = new TreeMap<>();

  TerminalDecoder(FileTable files) {
    this.files = files;
  }

  /** Notes the terminal that is open; gives the id of its file. */
  int add(Entry<FileEntry> file) throws MalformedImageException {
    Entry<TtyInfo> info = info(file);
    TtyFile tty = file.message().getTty();
    int id = tty.hasRegfId() ? files.of(file, tty.getRegfId()) : files.at(path(info.message()));
    if (info.message().hasTermios()) {
      int rows = info.message().getWinsize().getRow();
      int columns = info.message().getWinsize().getCol();
      info.check(
          rows >= 0 && rows <= MAX_SIZE && columns >= 0 && columns <= MAX_SIZE,
          "a window of %d rows and %d columns".formatted(rows, columns));
      terminals.putIfAbsent(
          id,
          new Terminal(
              id,
              modes(info.with(info.message().getTermios())),
              rows,
              columns,
              Optional.empty(),
              Optional.empty()));
    }
    return id;
  }

  private Entry<TtyInfo> info(Entry<FileEntry> file) throws MalformedImageException {
    int id = file.message().getTty().getInfoId();
    Entry<TtyInfo> info = files.images().terminals().get(id);
    if (info == null) {
      throw file.malformed(
          CriuRule.REFERENCE,
          "terminal %s is not in the set".formatted(Integer.toUnsignedString(id)));
    }
    return info;
  }

  private static String path(TtyInfo info) {
    return switch (info.getType()) {
      case PTY ->
          isMaster(info)
              ? "/dev/ptmx"
              : "/dev/pts/" + Integer.toUnsignedString(info.getPty().getIndex());
      case CONSOLE -> "/dev/console";
      case CONTROLLING -> "/dev/tty";
      case VIRTUAL -> "/dev/tty" + (info.getRdev() & 0xff);
      default -> "terminal:[" + Integer.toUnsignedString(info.getId()) + "]";
    };
  }

  private static boolean isMaster(TtyInfo info) {
    return info.getType() == PTY && (info.getRdev() == PTMX || info.getRdev() == PTMX_IN_KERNEL);
  }

  private static Bytes modes(Entry<TermiosEntry> entry) throws MalformedImageException {
    TermiosEntry termios = entry.message();
    int count = termios.getCcCount();
    entry.check(count >= CONTROL_CHARACTERS, count + " control characters");
    WordBuffer modes =
        new WordBuffer(Terminal.MODES_BYTES)
            .put32(0, termios.getIflag())
            .put32(4, termios.getOflag())
            .put32(8, termios.getCflag())
            .put32(12, termios.getLflag())
            .put8(16, termios.getLine())
            .put32(36, termios.getIspeed())
            .put32(40, termios.getOspeed());
    for (int i = 0; i < CONTROL_CHARACTERS; i++) {
      modes.put8(17 + i, termios.getCc(i));
    }
    return modes.toBytes();
  }

  /** What only a master has. */
  Optional<FdState> master(Entry<FileEntry> file) throws MalformedImageException {
    TtyInfo info = info(file).message();
    return isMaster(info)
        ? Optional.of(
            new FdState.Master(info.getPty().getIndex(), info.getLocked(), info.getPacketMode()))
        : Optional.empty();
  }

  /** By file. */
  List<Terminal> terminals() {
    return List.copyOf(terminals.values());
  }
}
