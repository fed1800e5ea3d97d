package org.ckimg.tools.policy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.ckimg.linux.sys.Accounts;

/**
 * Who may dump, run and restore, besides root. A name of digits is an id.
 *
 * @param users by name
 * @param groups by name
 */
public record Who(List<String> users, List<String> groups) {
  /** Copies the lists. */
  public Who {
    users = List.copyOf(users);
    groups = List.copyOf(groups);
  }

  /** True for root, a named user, and a member of a named group. */
  boolean names(Caller caller, Accounts accounts) throws IOException {
    if (caller.uid() == 0) {
      return true;
    }
    for (String user : users) {
      if (accounts.user(user).equals(Optional.of(caller.uid()))) {
        return true;
      }
    }
    for (String group : groups) {
      if (accounts.group(group).filter(caller.groups()::contains).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Who asks.
   *
   * @param uid the real one
   * @param groups the real one and the supplementary ones
   */
  record Caller(int uid, Set<Integer> groups) {
    Caller {
      groups = Set.copyOf(groups);
    }
  }
}
