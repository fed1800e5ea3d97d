package org.ckimg.tools.run;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.tools.decode.Strings;

/**
 * By which a program is known as that of a command, in its environment and so in its images. Its
 * arguments do not tell: the kernel changes those of scripts, and programs change their own.
 *
 * @param value digest of the words of the command
 */
record CommandMark(String value) {
  /** The variable. */
  static final String VARIABLE = "CKIMG_COMMAND";

  private static final int DIGITS = 32;

  static CommandMark of(List<String> words) {
    byte[] joined = String.join("\0", words).getBytes(StandardCharsets.UTF_8);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(joined);
      return new CommandMark(HexFormat.of().formatHex(digest).substring(0, DIGITS));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** True of a program that this command started. */
  boolean isOn(ProcessState process) {
    return Strings.split(process.environ().orElse(Bytes.EMPTY))
        .contains(Bytes.utf8(VARIABLE + "=" + value));
  }
}
