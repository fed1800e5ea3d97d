package org.ckimg.tools.keys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.ckimg.linux.sys.Errno;
import org.ckimg.linux.sys.SyscallException;
import org.ckimg.spec.model.Bytes;

/**
 * A value between lines of hyphens (RFC 7468).
 *
 * @param label such as {@code PUBLIC KEY}
 * @param content what the Base64 says
 */
record Pem(String label, Bytes content) {
  private static final int MAX_FILE_BYTES = 1 << 16;
  private static final int LINE_CHARACTERS = 64;
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s([A-Za-z0-9+/=\\s]*)-----END \\1-----");

  /**
   * Reads a file with exactly one value; text around it is ignored.
   *
   * @throws KeyException when there is none or more than one
   */
  static Pem read(Path file) throws IOException {
    String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
    List<MatchResult> blocks = BLOCK.matcher(text).results().toList();
    if (blocks.size() != 1) {
      String number = blocks.isEmpty() ? "no" : Integer.toString(blocks.size());
      throw new KeyException(file, "holds %s PEM blocks, not one".formatted(number));
    }
    try {
      byte[] content = Base64.getMimeDecoder().decode(blocks.getFirst().group(2));
      return new Pem(blocks.getFirst().group(1), Bytes.of(content));
    } catch (IllegalArgumentException e) {
      throw new KeyException(file, "is not Base64 between its PEM lines");
    }
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_FILE_BYTES);
    } catch (NoSuchFileException e) {
      throw new SyscallException("open", Errno.ENOENT, Bytes.utf8(file.toString()).toString());
    } catch (AccessDeniedException e) {
      throw new SyscallException("open", Errno.EACCES, Bytes.utf8(file.toString()).toString());
    }
  }

  /** The text of a file. */
  String text() {
    Base64.Encoder encoder =
        Base64.getMimeEncoder(LINE_CHARACTERS, "\n".getBytes(StandardCharsets.US_ASCII));
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, encoder.encodeToString(content.toArray()), label);
  }
}
