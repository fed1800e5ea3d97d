package org.ckimg.tools.policy;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.ckimg.restorer.policy.Policy;
import org.ckimg.tools.names.CapabilityNames;

/**
 * One value of a policy, as a policy file has it.
 *
 * @param table of the file
 * @param name in the table
 * @param value a String, a Long, a Boolean, or a list of strings
 */
public record PolicyValue(String table, String name, Object value) {
  /** Every value of a policy, in the order of spec/POLICY.md. */
  public static List<PolicyValue> of(Policy policy) {
    return List.of(
        answer("files", "drift", policy.files().drift()),
        new PolicyValue("files", "read", policy.files().read()),
        new PolicyValue("files", "write", policy.files().write()),
        new PolicyValue("files", "execute", policy.files().execute()),
        answer("files", "shared-write", policy.files().sharedWrite()),
        answer("files", "weak-evidence", policy.files().weakEvidence()),
        new PolicyValue("files", "handles", policy.files().handles()),
        new PolicyValue("files", "append-only", policy.files().appendOnly()),
        answer("memory", "write-and-execute", policy.memory().writeAndExecute()),
        answer("memory", "execute-anonymous", policy.memory().executeAnonymous()),
        new PolicyValue("memory", "max-bytes", policy.memory().maxBytes()),
        answer("signals", "all-blocked", policy.signals().allBlocked()),
        answer("signals", "foreign-senders", policy.signals().foreignSenders()),
        answer("signals", "own-restorers", policy.signals().ownRestorers()),
        new PolicyValue("signals", "min-interval-nanos", policy.signals().minIntervalNanos()),
        answer("sockets", "internet", policy.sockets().internet()),
        answer("sockets", "tcp", policy.sockets().tcp()),
        new PolicyValue("identity", "old-pid", policy.identity().oldPid()),
        new PolicyValue("identity", "change-user", policy.identity().changeUser()),
        capabilities(policy.identity().capabilities()),
        new PolicyValue("identity", "no-new-privs", policy.identity().noNewPrivileges()),
        new PolicyValue("trust", "required", policy.trust().required()),
        new PolicyValue("trust", "keys", policy.trust().keys()));
  }

  private static PolicyValue answer(String table, String name, Policy.Answer answer) {
    return new PolicyValue(table, name, answer.name().toLowerCase(Locale.ROOT));
  }

  private static PolicyValue capabilities(long mask) {
    Object value = mask == -1 ? "all" : CapabilityNames.listOf(mask);
    return new PolicyValue("identity", "capabilities", value);
  }

  /** Such as {@code files.drift}. */
  public String key() {
    return table + "." + name;
  }

  /** The value in TOML. */
  public String toml() {
    return switch (value) {
      case String text -> quoted(text);
      case List<?> list ->
          list.stream()
              .map(each -> quoted(each.toString()))
              .collect(Collectors.joining(", ", "[", "]"));
      default -> value.toString();
    };
  }

  /** A basic string of TOML 1.0; what is not plain ASCII is escaped. */
  static String quoted(String text) {
    return text.codePoints()
        .mapToObj(point ->
            point == '"' || point == '\\'
                ? "\\" + (char) point
                : point >= ' ' && point < 0x7f
                    ? Character.toString(point)
                    : "\\U%08X".formatted(point))
        .collect(Collectors.joining("", "\"", "\""));
  }
}
