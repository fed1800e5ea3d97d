package org.ckimg.linux.sys;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Ids of users and groups by name, from passwd(5) and group(5) alone: whoever is known only to a
 * directory service is named by number. Asking the C library instead would load what nsswitch.conf
 * names into this process.
 *
 * @param root folder that stands for the root directory
 */
public record Accounts(Path root) {
  private static final int ID_FIELD = 2;
  private static final int GROUP_FIELD = 3;
  private static final int MEMBERS_FIELD = 3;

  /** A user's id; empty when there is no such user. */
  public Optional<Integer> user(String name) throws IOException {
    return id("etc/passwd", name);
  }

  /** A group's id; empty when there is no such group. */
  public Optional<Integer> group(String name) throws IOException {
    return id("etc/group", name);
  }

  private Optional<Integer> id(String file, String name) throws IOException {
    Optional<Integer> number = number(name);
    return number.isPresent() ? number : named(root.resolve(file), name);
  }

  private static Optional<Integer> named(Path file, String name) throws IOException {
    for (String[] fields : entries(file)) {
      if (fields[0].equals(name)) {
        return number(fields[ID_FIELD]);
      }
    }
    return Optional.empty();
  }

  /** Ids of the groups that a user is in; none for one that has no account. */
  public Set<Integer> groupsOf(int uid) throws IOException {
    Set<Integer> groups = new HashSet<>();
    Set<String> names = new HashSet<>();
    for (String[] user : entries(root.resolve("etc/passwd"))) {
      if (user.length > GROUP_FIELD && number(user[ID_FIELD]).equals(Optional.of(uid))) {
        names.add(user[0]);
        number(user[GROUP_FIELD]).ifPresent(groups::add);
      }
    }
    for (String[] group : entries(root.resolve("etc/group"))) {
      boolean member =
          group.length > MEMBERS_FIELD
              && Arrays.stream(group[MEMBERS_FIELD].split(",")).anyMatch(names::contains);
      if (member) {
        number(group[ID_FIELD]).ifPresent(groups::add);
      }
    }
    return groups;
  }

  private static List<String[]> entries(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1)
          .lines()
          .map(line -> line.split(":", -1))
          .filter(fields -> fields.length > ID_FIELD)
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static Optional<Integer> number(String text) {
    try {
      return text.matches("[0-9]{1,10}")
          ? Optional.of(Integer.parseUnsignedInt(text))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
