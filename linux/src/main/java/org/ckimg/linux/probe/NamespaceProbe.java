package org.ckimg.linux.probe;

import static org.ckimg.linux.remote.CloneArgs.CLONE_NEWPID;
import static org.ckimg.linux.remote.CloneArgs.CLONE_NEWTIME;
import static org.ckimg.linux.remote.CloneArgs.CLONE_NEWUSER;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.ckimg.linux.sys.Errno;

/** namespaces(7), which are made directly or, without rights, inside an own user namespace. */
public final class NamespaceProbe {
  private static final int NO_TID = 0;

  private NamespaceProbe() {}

  /** True when a process may be put into a user namespace with a pid namespace of its own. */
  public static boolean mayIsolate() {
    return DoomedClone.attempt(CLONE_NEWUSER | CLONE_NEWPID, NO_TID) == -Errno.EINVAL;
  }

  static List<Feature> features() {
    return List.of(
        feature("user", CLONE_NEWUSER, "old pids and ids need rights on the host"),
        feature("pid", CLONE_NEWPID, "old pids come back only when they are free and permitted"),
        feature("time", CLONE_NEWTIME, "programs wait too long after the host's clock restarted"));
  }

  private static Feature feature(String kind, long flag, String cost) {
    String limit = "user.max_" + kind + "_namespaces";
    Question question =
        new Question(
            kind + " namespace",
            Feature.Need.FOR_SOME,
            cost,
            "a kernel with namespaces, sysctl %s above 0, and a container or security module"
                    .formatted(limit)
                + " that permits them");
    if (!Files.exists(Path.of("/proc/self/ns/" + kind))) {
      return question.no("the kernel has none");
    }
    long result = DoomedClone.attempt(flag, NO_TID);
    if (result == -Errno.EPERM && flag != CLONE_NEWUSER) {
      result = DoomedClone.attempt(flag | CLONE_NEWUSER, NO_TID);
    }
    if (result == -Errno.ENOSPC) {
      return question.no("the limit is reached", "sysctl " + limit + " set higher");
    }
    // The namespaces are made before the tid is found to be none.
    return question.answered("clone3", result, Errno.EINVAL);
  }
}
