package org.ckimg.interop.criu;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;
import org.ckimg.interop.criu.proto.CredsEntry;
import org.ckimg.interop.criu.proto.ObjectIds;

/**
 * What tasks have that is not taken over: a program that came back without it would be another one.
 */
final class LeftOut {
  private static final Map<String, ToIntFunction<ObjectIds>> NAMESPACES = new LinkedHashMap<>();
  private static final Map<String, ToIntFunction<ObjectIds>> SHARED = new LinkedHashMap<>();

  static {
    NAMESPACES.put("pid", ObjectIds::getPidNsId);
    NAMESPACES.put("network", ObjectIds::getNetNsId);
    NAMESPACES.put("IPC", ObjectIds::getIpcNsId);
    NAMESPACES.put("UTS", ObjectIds::getUtsNsId);
    NAMESPACES.put("mount", ObjectIds::getMntNsId);
    NAMESPACES.put("user", ObjectIds::getUserNsId);
    NAMESPACES.put("control group", ObjectIds::getCgroupNsId);
    NAMESPACES.put("time", ObjectIds::getTimeNsId);
    SHARED.put("memory", ObjectIds::getVmId);
    SHARED.put("descriptors", ObjectIds::getFilesId);
    SHARED.put("directories", ObjectIds::getFsId);
    SHARED.put("signal handlers", ObjectIds::getSighandId);
  }

  private final List<Task> tasks;
  private final List<String> found = new ArrayList<>();

  private LeftOut(List<Task> tasks) {
    this.tasks = tasks;
  }

  /**
   * One line for each kind of thing.
   *
   * @param dumper the objects of whoever dumped; without namespaces in sets that do not say
   * @param otherLocks locks that the model does not have
   */
  static List<String> of(
      ObjectIds dumper, List<Task> tasks, FileImages images, Queues queues, int otherLocks) {
    LeftOut left = new LeftOut(tasks);
    NAMESPACES.forEach((name, id) -> left.namespace(name, id, dumper));
    SHARED.forEach(left::shared);
    if (tasks.stream().flatMap(task -> task.threads().stream()).anyMatch(LeftOut::isLabelled)) {
      left.found.add("security labels");
    }
    if (otherLocks > 0) {
      left.found.add("%d leases, or locks of a kind not known".formatted(otherLocks));
    }
    left.sockets(images, queues);
    return left.found;
  }

  private void sockets(FileImages images, Queues queues) {
    boolean passed =
        queues.packets().values().stream()
            .flatMap(socket -> socket.entries().stream())
            .anyMatch(packet -> packet.message().getScmCount() > 0);
    if (passed) {
      found.add("descriptors in the queue of a socket");
    }
    boolean scoped =
        images.files().values().stream().anyMatch(file -> file.message().getIsk().hasIfname());
    if (scoped) {
      found.add("sockets at addresses of one network interface");
    }
  }

  private void namespace(String name, ToIntFunction<ObjectIds> id, ObjectIds dumper) {
    int ours = id.applyAsInt(dumper);
    boolean own =
        ours != 0
            && tasks.stream()
                .flatMap(task -> task.ids().stream())
                .mapToInt(id)
                .anyMatch(theirs -> theirs != 0 && theirs != ours);
    if (own) {
      found.add("a %s namespace of its own".formatted(name));
    }
  }

  private void shared(String name, ToIntFunction<ObjectIds> id) {
    Set<Integer> seen = new HashSet<>();
    boolean shared =
        tasks.stream()
            .flatMap(task -> task.ids().stream())
            .mapToInt(id)
            .anyMatch(number -> number != 0 && !seen.add(number));
    if (shared) {
      found.add("%s that processes share (clone(2))".formatted(name));
    }
  }

  private static boolean isLabelled(Task.Thread thread) {
    CredsEntry creds = thread.core().message().getThreadCore().getCreds();
    return creds.hasLsmProfile() || creds.hasLsmSockcreate() || creds.hasApparmorData();
  }
}
