package org.ckimg.interop.criu;

import static org.ckimg.interop.criu.ThreadDecoder.bytes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ckimg.interop.Row;
import org.ckimg.interop.criu.proto.ControlEntry;
import org.ckimg.interop.criu.proto.FanotifyMark;
import org.ckimg.interop.criu.proto.FileEntry;
import org.ckimg.interop.criu.proto.GhostFile;
import org.ckimg.interop.criu.proto.LockEntry;
import org.ckimg.interop.criu.proto.RegFile;
import org.ckimg.interop.criu.proto.SharedSegment;
import org.ckimg.interop.criu.proto.SocketPacket;

/** Tables of what the model does not have of files. */
final class FileTables {
  private FileTables() {}

  /** What is known of files with a path, to tell whether they have changed. */
  static List<Row> files(FileImages images) {
    List<Row> rows = new ArrayList<>();
    for (Entry<FileEntry> entry : images.files().values()) {
      if (entry.message().hasReg()) {
        RegFile file = entry.message().getReg();
        Row row =
            new Row()
                .number("file", entry.message().getId())
                .put("path", bytes(file.getName()))
                .octal(file.hasMode(), "mode", file.getMode())
                .number(file.hasSize(), "bytes", file.getSize());
        if (file.hasMntId() && file.getMntId() >= 0) {
          row.number("mount", file.getMntId());
        }
        if (file.getBuildIdCount() > 0) {
          row.put("build-id", buildId(file.getBuildIdList()));
        }
        if (file.hasChecksum()) {
          row.put("crc32c", "%08x".formatted(file.getChecksum()));
        }
        rows.add(row);
      }
    }
    return rows;
  }

  /** The image has the bytes as little-endian words. */
  private static String buildId(List<Integer> words) {
    StringBuilder text = new StringBuilder();
    words.forEach(word -> text.append("%08x".formatted(Integer.reverseBytes(word))));
    return text.toString();
  }

  static List<Row> ghosts(Map<Integer, GhostReader.Ghost> ghosts) {
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<Integer, GhostReader.Ghost> ghost : ghosts.entrySet()) {
      GhostFile file = ghost.getValue().entry().message();
      rows.add(
          new Row()
              .number("ghost", ghost.getKey())
              .number("uid", file.getUid())
              .number("gid", file.getGid())
              .octal(file.hasMode(), "mode", file.getMode())
              .number(file.hasIno(), "inode", file.getIno())
              .number(file.getMtim().hasSec(), "modified-seconds", file.getMtim().getSec())
              .text(file.hasSymlinkTarget(), "symlink-to", bytes(file.getSymlinkTarget())));
    }
    return rows;
  }

  /** Descriptors that the model only sees. */
  static List<Row> descriptors(FileImages images) {
    List<Row> rows = new ArrayList<>();
    for (Entry<FileEntry> entry : images.files().values()) {
      FileEntry file = entry.message();
      Row row = new Row().number("file", file.getId());
      if (file.hasNsf()) {
        rows.add(
            row.put("kind", "namespace")
                .number("namespace", file.getNsf().getNsId())
                .hex("clone-flag", file.getNsf().getNsCflag()));
      } else if (file.hasTunf()) {
        rows.add(row.put("kind", "tun").put("device", bytes(file.getTunf().getNetdev())));
      } else if (file.hasExt()) {
        rows.add(row.put("kind", "external"));
      } else if (file.hasBpf()) {
        rows.add(
            row.put("kind", "bpf-map")
                .number("type", file.getBpf().getMapType())
                .number("key-bytes", file.getBpf().getKeySize())
                .number("value-bytes", file.getBpf().getValueSize())
                .number("entries", file.getBpf().getMaxEntries()));
      } else if (file.hasFfy()) {
        rows.add(row.put("kind", "fanotify").put("marks", marks(file.getFfy().getMarksList())));
      }
    }
    return rows;
  }

  private static String marks(List<FanotifyMark> marks) {
    return String.join(
        " ", marks.stream().map(mark -> "0x" + Integer.toHexString(mark.getMask())).toList());
  }

  /** What came with messages that are still in a queue. */
  static List<Row> messages(Queues queues) {
    List<Row> rows = new ArrayList<>();
    for (Map.Entry<Integer, Queues.Packets> socket : queues.packets().entrySet()) {
      for (Entry<SocketPacket> packet : socket.getValue().entries()) {
        for (ControlEntry control : packet.message().getScmList()) {
          rows.add(
              new Row()
                  .number("socket", socket.getKey())
                  .number("bytes", packet.message().getLength())
                  .number("type", control.getType())
                  .put(
                      "files",
                      String.join(
                          " ",
                          control.getRightsList().stream()
                              .map(Integer::toUnsignedString)
                              .toList())));
        }
      }
    }
    return rows;
  }

  static List<Row> segments(SegmentReader segments) {
    List<Row> rows = new ArrayList<>();
    for (Entry<SharedSegment> entry : segments.entries()) {
      SharedSegment segment = entry.message();
      rows.add(
          new Row()
              .number("id", segment.getDesc().getId())
              .hex("key", segment.getDesc().getKey())
              .number("bytes", segment.getSize())
              .octal(segment.getDesc().hasMode(), "mode", segment.getDesc().getMode())
              .number("uid", segment.getDesc().getUid())
              .number("gid", segment.getDesc().getGid()));
    }
    return rows;
  }

  static List<Row> locks(List<Entry<LockEntry>> locks) {
    List<Row> rows = new ArrayList<>();
    for (Entry<LockEntry> entry : locks) {
      LockEntry lock = entry.message();
      rows.add(
          new Row()
              .number("pid", lock.getPid())
              .number("fd", lock.getFd())
              .hex("flag", lock.getFlag())
              .number("type", lock.getType())
              .number("start", lock.getStart())
              .number("bytes", lock.getLen()));
    }
    return rows;
  }
}
