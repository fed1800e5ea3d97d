package org.ckimg.tools.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.toml.TomlMapper;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.restorer.policy.Profile;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.UsageException;

/**
 * A policy in TOML, spec/POLICY.md. Only this class and {@link PolicyTable} know Jackson: they are
 * loaded when there is a file.
 */
final class PolicyFile {
  /** The most that is read. */
  static final int MAX_BYTES = 1 << 16;

  private static final String PROFILE = "profile";
  private static final String WHO = "who";
  private static final List<String> TABLES =
      List.of("files", "memory", "signals", "sockets", "identity", "trust");

  private final String file;
  private final PolicyTable root;

  private PolicyFile(String file, PolicyTable root) {
    this.file = file;
    this.root = root;
  }

  /**
   * The policy that a file holds.
   *
   * @param file its name for messages
   * @param toml its content
   * @param system true when it may say who may come at all
   * @throws UsageException when it is not a policy, or longer than {@link #MAX_BYTES}
   */
  static PolicySource parse(String file, byte[] toml, boolean system) {
    PolicyFile parsed = new PolicyFile(file, new PolicyTable(file, tree(file, toml)));
    return parsed.source(system);
  }

  private static JsonNode tree(String file, byte[] toml) {
    String name = "policy " + Bytes.utf8(file);
    if (toml.length > MAX_BYTES) {
      throw new UsageException("%s: has more than %d bytes".formatted(name, MAX_BYTES));
    }
    try {
      return new TomlMapper().readTree(toml);
    } catch (JsonProcessingException e) {
      String place =
          e.getLocation() == null
              ? ""
              : "line %d, column %d: "
                  .formatted(e.getLocation().getLineNr(), e.getLocation().getColumnNr());
      String reason = e.getOriginalMessage().lines().findFirst().orElse("is not TOML");
      throw new UsageException(name + ": " + place + Bytes.utf8(reason));
    } catch (IOException e) {
      throw new UsageException(name + ": is not UTF-8");
    }
  }

  private PolicySource source(boolean system) {
    Profile profile = profile();
    Optional<Who> who = who(system);
    Policy policy = policy(profile.policy());
    root.refuseUnknown();
    Set<String> keys =
        TABLES.stream()
            .flatMap(name -> root.table(name).given())
            .collect(Collectors.toUnmodifiableSet());
    return new PolicySource(Optional.of(file), profile, policy, keys, who);
  }

  private Profile profile() {
    String name = root.text(PROFILE, Profile.DEFAULT.text());
    return Stream.of(Profile.values())
        .filter(profile -> profile.text().equals(name))
        .findFirst()
        .orElseThrow(() ->
            root.wrong(PROFILE, "'" + Bytes.utf8(name) + "' is not strict, default or forensic"));
  }

  private Policy policy(Policy base) {
    return new Policy(
        file,
        base.restores(),
        files(root.table("files"), base.files()),
        memory(root.table("memory"), base.memory()),
        signals(root.table("signals"), base.signals()),
        sockets(root.table("sockets"), base.sockets()),
        identity(root.table("identity"), base.identity()),
        trust(root.table("trust"), base.trust()));
  }

  private static Policy.Files files(PolicyTable table, Policy.Files base) {
    Policy.Files files =
        new Policy.Files(
            table.answer("drift", base.drift()),
            table.paths("read", base.read()),
            table.paths("write", base.write()),
            table.paths("execute", base.execute()),
            table.answer("shared-write", base.sharedWrite()),
            table.answer("weak-evidence", base.weakEvidence()),
            table.paths("handles", base.handles()),
            table.paths("append-only", base.appendOnly()));
    table.refuseUnknown();
    return files;
  }

  private static Policy.Memory memory(PolicyTable table, Policy.Memory base) {
    Policy.Memory memory =
        new Policy.Memory(
            table.answer("write-and-execute", base.writeAndExecute()),
            table.answer("execute-anonymous", base.executeAnonymous()),
            table.size("max-bytes", base.maxBytes()));
    table.refuseUnknown();
    return memory;
  }

  private static Policy.Signals signals(PolicyTable table, Policy.Signals base) {
    Policy.Signals signals =
        new Policy.Signals(
            table.answer("all-blocked", base.allBlocked()),
            table.answer("foreign-senders", base.foreignSenders()),
            table.answer("own-restorers", base.ownRestorers()),
            table.size("min-interval-nanos", base.minIntervalNanos()));
    table.refuseUnknown();
    return signals;
  }

  private static Policy.Sockets sockets(PolicyTable table, Policy.Sockets base) {
    Policy.Sockets sockets =
        new Policy.Sockets(
            table.answer("internet", base.internet()), table.answer("tcp", base.tcp()));
    table.refuseUnknown();
    return sockets;
  }

  private static Policy.Identity identity(PolicyTable table, Policy.Identity base) {
    Policy.Identity identity =
        new Policy.Identity(
            table.flag("old-pid", base.oldPid()),
            table.flag("change-user", base.changeUser()),
            table.capabilities("capabilities", base.capabilities()),
            table.flag("no-new-privs", base.noNewPrivileges()));
    table.refuseUnknown();
    return identity;
  }

  private static Policy.Trust trust(PolicyTable table, Policy.Trust base) {
    Policy.Trust trust =
        new Policy.Trust(table.flag("required", base.required()), table.paths("keys", base.keys()));
    table.refuseUnknown();
    return trust;
  }

  private Optional<Who> who(boolean system) {
    PolicyTable table = root.table(WHO);
    if (!root.has(WHO)) {
      return Optional.empty();
    }
    if (!system) {
      throw root.wrong(WHO, "is for the system's policy alone");
    }
    Who who = new Who(table.texts("users", List.of()), table.texts("groups", List.of()));
    table.refuseUnknown();
    return Optional.of(who);
  }
}
