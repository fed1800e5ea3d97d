package org.ckimg.restorer.policy;

import java.util.List;
import java.util.Locale;
import org.ckimg.restorer.policy.Policy.Answer;

/** Policies that need no file. */
public enum Profile {
  /** For images that one does not quite trust. */
  STRICT,
  /** For images of one's own. */
  DEFAULT,
  /** Only for looking at: nothing is restored. */
  FORENSIC;

  private static final List<String> EVERYWHERE = List.of("/");
  private static final List<String> SYSTEM =
      List.of("/usr", "/lib", "/lib64", "/bin", "/sbin", "/opt");
  private static final List<String> LOGS = List.of("/var/log");
  private static final long ALL_CAPABILITIES = -1;

  /** The policy of this name. */
  public Policy policy() {
    return switch (this) {
      case STRICT ->
          new Policy(
              text(),
              true,
              new Policy.Files(
                  Answer.REFUSE,
                  EVERYWHERE,
                  EVERYWHERE,
                  SYSTEM,
                  Answer.REFUSE,
                  Answer.REFUSE,
                  List.of(),
                  LOGS),
              new Policy.Memory(Answer.REFUSE, Answer.REFUSE, 1L << 40),
              new Policy.Signals(Answer.REFUSE, Answer.REFUSE, Answer.REFUSE, 1_000_000),
              new Policy.Sockets(Answer.REFUSE, Answer.REFUSE),
              new Policy.Identity(false, false, 0, true),
              new Policy.Trust(false, List.of()));
      case DEFAULT -> open(text(), true);
      case FORENSIC -> open(text(), false);
    };
  }

  private static Policy open(String name, boolean restores) {
    return new Policy(
        name,
        restores,
        new Policy.Files(
            Answer.REFUSE,
            EVERYWHERE,
            EVERYWHERE,
            EVERYWHERE,
            Answer.ALLOW,
            Answer.REFUSE,
            List.of(),
            List.of()),
        new Policy.Memory(Answer.ALLOW, Answer.ALLOW, 1L << 46),
        new Policy.Signals(Answer.ALLOW, Answer.ALLOW, Answer.ALLOW, 100_000),
        new Policy.Sockets(Answer.ALLOW, Answer.ALLOW),
        new Policy.Identity(true, true, ALL_CAPABILITIES, false),
        new Policy.Trust(false, List.of()));
  }

  /** The name that a person writes. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
