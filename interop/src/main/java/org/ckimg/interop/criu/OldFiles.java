package org.ckimg.interop.criu;

import com.google.protobuf.Parser;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.ckimg.interop.criu.proto.EventFd;
import org.ckimg.interop.criu.proto.EventPoll;
import org.ckimg.interop.criu.proto.ExternalFile;
import org.ckimg.interop.criu.proto.FanotifyFile;
import org.ckimg.interop.criu.proto.FifoFile;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.InetSocket;
import org.ckimg.interop.criu.proto.InotifyFile;
import org.ckimg.interop.criu.proto.NamespaceFile;
import org.ckimg.interop.criu.proto.NetlinkSocket;
import org.ckimg.interop.criu.proto.PacketSocket;
import org.ckimg.interop.criu.proto.PipeFile;
import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.interop.criu.proto.SignalFd;
import org.ckimg.interop.criu.proto.TimerFd;
import org.ckimg.interop.criu.proto.TtyFile;
import org.ckimg.interop.criu.proto.TunFile;
import org.ckimg.interop.criu.proto.UnixSocket;

/**
 * Files of a set from before CRIU 3: each kind has an image of its own. They are given the form of
 * files.img.
 */
final class OldFiles {
  private static final List<Table<?>> TABLES =
      List.of(
          table(
              ImageKind.REG_FILES,
              FileKind.REG,
              RegFile.parser(),
              RegFile::getId,
              FileEntry.Builder::setReg),
          table(
              ImageKind.PIPES,
              FileKind.PIPE,
              PipeFile.parser(),
              PipeFile::getId,
              FileEntry.Builder::setPipe),
          table(
              ImageKind.FIFO,
              FileKind.FIFO,
              FifoFile.parser(),
              FifoFile::getId,
              FileEntry.Builder::setFifo),
          table(
              ImageKind.INETSK,
              FileKind.INETSK,
              InetSocket.parser(),
              InetSocket::getId,
              FileEntry.Builder::setIsk),
          table(
              ImageKind.UNIXSK,
              FileKind.UNIXSK,
              UnixSocket.parser(),
              UnixSocket::getId,
              FileEntry.Builder::setUsk),
          table(
              ImageKind.PACKETSK,
              FileKind.PACKETSK,
              PacketSocket.parser(),
              PacketSocket::getId,
              FileEntry.Builder::setPsk),
          table(
              ImageKind.NETLINKSK,
              FileKind.NETLINKSK,
              NetlinkSocket.parser(),
              NetlinkSocket::getId,
              FileEntry.Builder::setNlsk),
          table(
              ImageKind.EVENTFD,
              FileKind.EVENTFD,
              EventFd.parser(),
              EventFd::getId,
              FileEntry.Builder::setEfd),
          table(
              ImageKind.EVENTPOLL,
              FileKind.EVENTPOLL,
              EventPoll.parser(),
              EventPoll::getId,
              FileEntry.Builder::setEpfd),
          table(
              ImageKind.SIGNALFD,
              FileKind.SIGNALFD,
              SignalFd.parser(),
              SignalFd::getId,
              FileEntry.Builder::setSgfd),
          table(
              ImageKind.TIMERFD,
              FileKind.TIMERFD,
              TimerFd.parser(),
              TimerFd::getId,
              FileEntry.Builder::setTfd),
          table(
              ImageKind.INOTIFY,
              FileKind.INOTIFY,
              InotifyFile.parser(),
              InotifyFile::getId,
              FileEntry.Builder::setIfy),
          table(
              ImageKind.FANOTIFY,
              FileKind.FANOTIFY,
              FanotifyFile.parser(),
              FanotifyFile::getId,
              FileEntry.Builder::setFfy),
          table(
              ImageKind.TTY,
              FileKind.TTY,
              TtyFile.parser(),
              TtyFile::getId,
              FileEntry.Builder::setTty),
          table(
              ImageKind.NS_FILES,
              FileKind.NS,
              NamespaceFile.parser(),
              NamespaceFile::getId,
              FileEntry.Builder::setNsf),
          table(
              ImageKind.TUNFILE,
              FileKind.TUNF,
              TunFile.parser(),
              TunFile::getId,
              FileEntry.Builder::setTunf),
          table(
              ImageKind.EXT_FILES,
              FileKind.EXT,
              ExternalFile.parser(),
              ExternalFile::getId,
              FileEntry.Builder::setExt));

  private OldFiles() {}

  /** One image. */
  private record Table<T>(
      ImageKind image,
      FileKind kind,
      Parser<T> parser,
      Function<T, Integer> id,
      BiConsumer<FileEntry.Builder, T> part) {
    void read(ImageSet set, List<Entry<FileEntry>> files) throws IOException {
      for (Entry<T> entry : set.all(image.text() + ".img", image, parser)) {
        FileEntry.Builder file =
            FileEntry.newBuilder().setType(kind.number()).setId(id.apply(entry.message()));
        part.accept(file, entry.message());
        files.add(entry.with(file.build()));
      }
    }
  }

  private static <T> Table<T> table(
      ImageKind image,
      FileKind kind,
      Parser<T> parser,
      Function<T, Integer> id,
      BiConsumer<FileEntry.Builder, T> part) {
    return new Table<>(image, kind, parser, id, part);
  }

  /** All files of such a set; none when it is of a newer form. */
  static List<Entry<FileEntry>> read(ImageSet set) throws IOException {
    List<Entry<FileEntry>> files = new ArrayList<>();
    for (Table<?> table : TABLES) {
      table.read(set, files);
    }
    return files;
  }
}
