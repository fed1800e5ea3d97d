package org.ckimg.tools.policy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Ids of users and groups by name, from passwd(5) and group(5) alone: whoever is known only to a
 * directory service is named by number. Asking the C library instead would load what nsswitch.conf
 * names into this process.
 *
 * @param root folder that stands for the root directory
 */
record Accounts(Path root) {
  private static final int ID_FIELD = 2;

  /** A user's id; empty when there is no such user. */
  Optional<Integer> user(String name) throws IOException {
    return id("etc/passwd", name);
  }

  /** A group's id; empty when there is no such group. */
  Optional<Integer> group(String name) throws IOException {
    return id("etc/group", name);
  }

  private Optional<Integer> id(String file, String name) throws IOException {
    Optional<Integer> number = number(name);
    return number.isPresent() ? number : named(root.resolve(file), name);
  }

  private static Optional<Integer> named(Path file, String name) throws IOException {
    try {
      for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
        String[] fields = line.split(":", -1);
        if (fields.length > ID_FIELD && fields[0].equals(name)) {
          return number(fields[ID_FIELD]);
        }
      }
      return Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
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
