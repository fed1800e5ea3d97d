package org.ckimg.tools.cli;

import java.util.Optional;
import org.ckimg.tools.terminal.Key;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A control key such as {@code ^E}, or {@code none}. */
public final class KeyConverter implements ITypeConverter<KeyConverter.Choice> {
  /** A key, or that there is to be none. */
  public record Choice(Optional<Key> key) {}

  /** Made by picocli. */
  public KeyConverter() {}

  @Override
  public Choice convert(String text) {
    if (text.equals("none")) {
      return new Choice(Optional.empty());
    }
    try {
      return new Choice(Optional.of(Key.parse(text)));
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(
          "'" + text + "' is no control key such as ^E, and not none");
    }
  }
}
