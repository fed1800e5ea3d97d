package org.ckimg.tools;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.ckimg.spec.Format;
import picocli.CommandLine.IVersionProvider;

/** Versions of the program, of the format that it writes, and of what it runs on. */
final class Version implements IVersionProvider {
  private Version() {}

  /** The version of this build. */
  static String number() throws IOException {
    Properties build = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      build.load(in);
    }
    return build.getProperty("version");
  }

  @Override
  public String[] getVersion() throws IOException {
    return new String[] {
      "ckimg " + number(),
      "image format " + Format.MAJOR + "." + Format.MINOR,
      "Java " + Runtime.version() + ", " + System.getProperty("os.arch")
    };
  }
}
