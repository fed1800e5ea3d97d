package org.ckimg.tools.cli;

import org.ckimg.writer.Compression;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** {@code none}, {@code lz4}, {@code zstd} or {@code zstd:LEVEL}. */
public final class CompressionConverter implements ITypeConverter<Compression> {
  private static final String LEVEL_PREFIX = "zstd:";

  @Override
  public Compression convert(String text) {
    return switch (text) {
      case "none" -> Compression.NONE;
      case "lz4" -> Compression.LZ4;
      case "zstd" -> Compression.zstd();
      default -> leveled(text);
    };
  }

  private static Compression leveled(String text) {
    if (!text.startsWith(LEVEL_PREFIX)) {
      throw new TypeConversionException("'" + text + "' is not none, lz4, zstd or zstd:LEVEL");
    }
    try {
      return Compression.zstd(Integer.parseInt(text.substring(LEVEL_PREFIX.length())));
    } catch (NumberFormatException e) {
      throw new TypeConversionException("'" + text + "' is no level from 1 to 22");
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
