package org.ckimg.tools.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.proc.Status;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.Template;

/** Names of the images of one run, which are counted whatever program they are of. */
final class ImageNames {
  private final Path folder;
  private final String template;
  private int count;

  /**
   * From number 0 on.
   *
   * @param folder that names without a folder are in
   */
  ImageNames(Path folder, String template) {
    this.folder = folder;
    this.template = template;
  }

  /** Name for an image of a process. A number that is taken is passed over. */
  Path next(int pid) throws IOException {
    String name = Bytes.of(Stat.read(pid).comm()).toString();
    int uid = Status.read(pid).uids()[0];
    Path last = null;
    while (true) {
      Template values = new Template(name, pid, uid, count++);
      Path path = folder.resolve(values.expand(template, Instant.now()));
      if (path.equals(last) || !Files.exists(path)) {
        return path;
      }
      last = path;
    }
  }
}
