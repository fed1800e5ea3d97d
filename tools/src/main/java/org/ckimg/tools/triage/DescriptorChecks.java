package org.ckimg.tools.triage;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.ckimg.spec.model.FdEntry;
import org.ckimg.spec.model.FdState;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.OpenFile;
import org.ckimg.tools.decode.References;

/** Looks at descriptors: sockets that see all packets, other processes, devices, ruling files. */
final class DescriptorChecks {
  private static final int SOCK_RAW = 3;
  private static final int ACCESS_MODE = 3;
  private static final int TYPE = 0170000;
  private static final int BLOCK_DEVICE = 0060000;

  private static final Pattern OTHERS_MEMORY = Pattern.compile("/proc/([0-9]+)/(task/[0-9]+/)?mem");

  private static final Pattern HARMLESS_DEVICE =
      Pattern.compile("/dev/(null|zero|full|random|urandom|tty|ptmx|console|pts/.*|shm/.*)");

  /** Files by which others are let in, started, or told whom to trust; switches of the kernel. */
  private static final List<Pattern> RULING =
      List.of(
          Pattern.compile("/etc/(shadow|gshadow|sudoers|sudoers[.]d/.*|ld[.]so[.]preload)-?"),
          Pattern.compile("/etc/(ssh/ssh_host_.*_key|krb5[.]keytab|crontab|cron[.].*)"),
          Pattern.compile(".*/[.]ssh/(id_[^.]*|authorized_keys)"),
          Pattern.compile("/var/spool/cron/.*"),
          Pattern.compile("/proc/(kcore|kmem|kallsyms|sysrq-trigger|sys/.*)"),
          Pattern.compile("/sys/(kernel|fs/bpf|module)/.*"),
          Pattern.compile(
              "(/var)?/run/(docker|crio/crio|containerd/containerd|podman/podman)[.]sock"));

  private final Scene scene;

  DescriptorChecks(Scene scene) {
    this.scene = scene;
  }

  void run() {
    for (FdEntry fd : scene.process().fds()) {
      Optional<OpenFile> open = References.description(scene.checkpoint(), fd.description());
      open.ifPresent(description -> check(fd.name(), description));
    }
  }

  private void check(String about, OpenFile open) {
    socket(about, open);
    Optional<FileFacts> file = References.file(scene.checkpoint(), open.file());
    file.ifPresent(facts -> path(about, open, facts));
  }

  private void socket(String about, OpenFile open) {
    if (open.type() == FdType.INET && open.state().isEmpty()) {
      scene.note("%s is a socket of which only the family is known".formatted(about));
    }
    boolean raw =
        open.state().orElse(null) instanceof FdState.Socket socket
            && socket.kind() == SOCK_RAW
            && open.type() != FdType.NETLINK;
    if (raw || open.type() == FdType.PACKET) {
      scene.add(
          TriageRule.RAW_SOCKET,
          about,
          "a %s socket: it sees packets of others, or makes any"
              .formatted(open.type() == FdType.PACKET ? "packet" : "raw"),
          Evidence.of("type", open.type().name().toLowerCase(Locale.ROOT)));
    }
  }

  private void path(String about, OpenFile open, FileFacts file) {
    String path = file.path().toString();
    Map<String, String> evidence = Evidence.of("path", path, "access", access(open.flags()));
    if (OTHERS_MEMORY.matcher(path).matches()) {
      scene.add(
          TriageRule.TRACES, about, "it is open on the memory of a process: " + path, evidence);
    } else if (RULING.stream().anyMatch(pattern -> pattern.matcher(path).matches())) {
      scene.add(TriageRule.SENSITIVE_PATH, about, "it is open on " + path, evidence);
    } else if (isDevice(open, file) && !HARMLESS_DEVICE.matcher(path).matches()) {
      scene.add(TriageRule.DEVICE, about, "it is open on the device " + path, evidence);
    }
  }

  private static boolean isDevice(OpenFile open, FileFacts file) {
    return open.type() == FdType.CHARACTER
        || (file.mode().orElse(0) & TYPE) == BLOCK_DEVICE
        || file.path().startsWith("/dev/") && open.type() == FdType.OTHER;
  }

  private static String access(int flags) {
    return switch (flags & ACCESS_MODE) {
      case 0 -> "read";
      case 1 -> "write";
      default -> "read and write";
    };
  }
}
