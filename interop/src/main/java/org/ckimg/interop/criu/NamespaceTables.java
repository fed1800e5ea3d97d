package org.ckimg.interop.criu;

import static org.ckimg.interop.criu.ThreadDecoder.bytes;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.ckimg.interop.Row;
import org.ckimg.interop.criu.proto.CgroupController;
import org.ckimg.interop.criu.proto.CgroupEntry;
import org.ckimg.interop.criu.proto.CgroupFolder;
import org.ckimg.interop.criu.proto.CgroupMember;
import org.ckimg.interop.criu.proto.CgroupProperty;
import org.ckimg.interop.criu.proto.CgroupSet;
import org.ckimg.interop.criu.proto.IdRange;
import org.ckimg.interop.criu.proto.MountEntry;
import org.ckimg.interop.criu.proto.ObjectIds;
import org.ckimg.interop.criu.proto.UserNamespace;
import org.ckimg.interop.criu.proto.UtsNamespace;

/** Tables of namespaces, mounts and control groups. */
final class NamespaceTables {
  /** CRIU's numbers of file systems, from 0. */
  private static final List<String> FILE_SYSTEMS =
      List.of(
          "other proc sysfs devtmpfs binfmt_misc tmpfs devpts simfs pstore securityfs fusectl"
              .concat(" debugfs cgroup aufs mqueue fuse auto overlay autofs tracefs")
              .split(" "));

  private static final int CGROUP2 = 23;

  private final ImageSet set;
  private final List<ObjectIds> ids;

  NamespaceTables(ImageSet set, List<Task> tasks) {
    this.set = set;
    this.ids = tasks.stream().flatMap(task -> task.ids().stream()).toList();
  }

  /** Each set of namespaces once. */
  List<Row> namespaces() throws IOException {
    Map<Map<String, String>, ObjectIds> sets = new LinkedHashMap<>();
    ids.forEach(id -> sets.putIfAbsent(numbers(id).values(), id));
    List<Row> rows = new ArrayList<>();
    for (ObjectIds id : sets.values()) {
      Row row = numbers(id);
      addNames(row, id);
      addMaps(row, id);
      rows.add(row);
    }
    return rows;
  }

  private static Row numbers(ObjectIds id) {
    return new Row()
        .number(id.hasPidNsId(), "pid", id.getPidNsId())
        .number(id.hasNetNsId(), "net", id.getNetNsId())
        .number(id.hasIpcNsId(), "ipc", id.getIpcNsId())
        .number(id.hasUtsNsId(), "uts", id.getUtsNsId())
        .number(id.hasMntNsId(), "mnt", id.getMntNsId())
        .number(id.hasUserNsId(), "user", id.getUserNsId())
        .number(id.hasCgroupNsId(), "cgroup", id.getCgroupNsId())
        .number(id.hasTimeNsId(), "time", id.getTimeNsId());
  }

  private void addNames(Row row, ObjectIds id) throws IOException {
    Optional<Entry<UtsNamespace>> uts =
        set.one(image("utsns", id.getUtsNsId()), ImageKind.UTSNS, UtsNamespace.parser());
    if (uts.isPresent()) {
      row.put("host-name", bytes(uts.get().message().getNodename()));
      row.put("domain-name", bytes(uts.get().message().getDomainname()));
    }
  }

  private void addMaps(Row row, ObjectIds id) throws IOException {
    Optional<Entry<UserNamespace>> user =
        set.one(image("userns", id.getUserNsId()), ImageKind.USERNS, UserNamespace.parser());
    if (user.isPresent()) {
      row.put("uid-map", ranges(user.get().message().getUidMapList()));
      row.put("gid-map", ranges(user.get().message().getGidMapList()));
    }
  }

  private static String image(String kind, int id) {
    return kind + "-" + Integer.toUnsignedString(id) + ".img";
  }

  private static String ranges(List<IdRange> ranges) {
    return String.join(
        ", ",
        ranges.stream()
            .map(range ->
                "%s %s %s"
                    .formatted(
                        Integer.toUnsignedString(range.getFirst()),
                        Integer.toUnsignedString(range.getLowerFirst()),
                        Integer.toUnsignedString(range.getCount())))
            .toList());
  }

  List<Row> mounts() throws IOException {
    Set<Integer> namespaces = new TreeSet<>();
    ids.forEach(id -> namespaces.add(id.getMntNsId()));
    List<Row> rows = new ArrayList<>();
    for (int namespace : namespaces) {
      for (Entry<MountEntry> entry :
          set.all(image("mountpoints", namespace), ImageKind.MOUNTPOINTS, MountEntry.parser())) {
        rows.add(mount(namespace, entry.message()));
      }
    }
    return rows;
  }

  private static Row mount(int namespace, MountEntry mount) {
    return new Row()
        .number("namespace", namespace)
        .number("mount", mount.getMntId())
        .number("parent", mount.getParentMntId())
        .put("type", fileSystem(mount))
        .put("source", bytes(mount.getSource()))
        .put("root", bytes(mount.getRoot()))
        .put("at", bytes(mount.getMountpoint()))
        .hex("flags", mount.getFlags())
        .put("options", bytes(mount.getOptions()))
        .number(mount.getSharedId() != 0, "shared", mount.getSharedId())
        .number(mount.getMasterId() != 0, "master", mount.getMasterId())
        .text(mount.hasExtKey(), "external", bytes(mount.getExtKey()));
  }

  private static String fileSystem(MountEntry mount) {
    if (mount.hasFsname()) {
      return ThreadDecoder.bytes(mount.getFsname()).toString();
    }
    int type = mount.getFstype();
    return type == CGROUP2
        ? "cgroup2"
        : type >= 0 && type < FILE_SYSTEMS.size()
            ? FILE_SYSTEMS.get(type)
            : Integer.toUnsignedString(type);
  }

  /** Which groups the sets of tasks are in, then what the groups are set to. */
  List<Row> cgroups() throws IOException {
    List<Row> rows = new ArrayList<>();
    Optional<Entry<CgroupEntry>> found =
        set.one("cgroup.img", ImageKind.CGROUP, CgroupEntry.parser());
    if (found.isPresent()) {
      for (CgroupSet group : found.get().message().getSetsList()) {
        for (CgroupMember member : group.getMembersList()) {
          rows.add(
              new Row()
                  .number("set", group.getId())
                  .put("controller", bytes(member.getName()))
                  .put("path", bytes(member.getPath())));
        }
      }
      for (CgroupController controller : found.get().message().getControllersList()) {
        addProperties(controller, rows);
      }
    }
    return rows;
  }

  private static void addProperties(CgroupController controller, List<Row> rows) {
    String names = join(controller.getNamesList());
    Deque<CgroupFolder> folders = new ArrayDeque<>(controller.getFoldersList());
    while (!folders.isEmpty()) {
      CgroupFolder folder = folders.removeFirst();
      for (CgroupProperty property : folder.getPropertiesList()) {
        if (!property.getValue().isEmpty()) {
          rows.add(
              new Row()
                  .put("controller", names)
                  .put("path", bytes(folder.getName()))
                  .put("property", bytes(property.getName()))
                  .put("value", bytes(property.getValue())));
        }
      }
      folders.addAll(folder.getChildrenList());
    }
  }

  private static String join(List<ByteString> names) {
    return String.join(
        ",", names.stream().map(name -> ThreadDecoder.bytes(name).toString()).toList());
  }
}
