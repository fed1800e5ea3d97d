package org.ckimg.tools.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ckimg.linux.proc.ProcessTree;
import org.ckimg.linux.proc.Stat;
import org.ckimg.linux.remote.TargetEndedException;
import org.ckimg.linux.sys.ProcessCalls;
import org.ckimg.spec.model.Bytes;
import org.ckimg.tools.cli.Failures;

/** Saves the program that ckimg runs, or a job in it. */
public final class Saver implements AutoCloseable {
  private final Messages messages;
  private final int root;
  private final ImageNames names;
  private final SaveOptions options;
  private final Map<Integer, ImageSeries> series = new HashMap<>();

  /**
   * Nothing is saved yet.
   *
   * @param root pid of the program
   * @param folder that names of images without a folder are in
   * @param template of the names
   */
  public Saver(Messages messages, int root, Path folder, String template, SaveOptions options) {
    this.messages = messages;
    this.root = root;
    this.names = new ImageNames(folder, template);
    this.options = options;
  }

  /** Images of the program that are there count as its own. */
  public void adopt(Resumption resumption) {
    of(root).adopt(resumption.chains());
  }

  /**
   * Saves the whole program.
   *
   * @return what came of it, in a line: {@code saved IMAGE}, or {@code not saved: REASON}
   */
  public String save() throws TargetEndedException {
    return save(root);
  }

  /**
   * Saves the job in the foreground of a terminal: the process that all of it descend from. For a
   * pipeline that a shell has started this is the shell.
   *
   * @param group that has the terminal
   */
  public void saveJob(int group) throws IOException {
    save(ProcessTree.above(root, group));
  }

  /** When that fails it is said, and the program runs on. */
  private String save(int pid) throws TargetEndedException {
    try {
      return "saved " + Bytes.utf8(of(pid).save().toAbsolutePath().toString());
    } catch (TargetEndedException e) {
      throw e;
    } catch (IOException e) {
      List<String> reasons = List.of(Failures.text(e).split("\n"));
      if (!hasEnded(pid)) {
        reasons.forEach(line -> messages.say("ckimg run: not saved: " + Bytes.utf8(line)));
      }
      return "not saved: " + Bytes.utf8(reasons.getFirst());
    }
  }

  /** What cannot be read of a program then is no news. */
  private static boolean hasEnded(int pid) {
    try {
      return Stat.read(pid).state() == 'Z';
    } catch (IOException e) {
      return true;
    }
  }

  private ImageSeries of(int pid) {
    series
        .entrySet()
        .removeIf(entry -> {
          boolean ended = !ProcessCalls.exists(entry.getKey());
          if (ended) {
            entry.getValue().close();
          }
          return ended;
        });
    return series.computeIfAbsent(pid, p -> new ImageSeries(messages, p, names, options));
  }

  @Override
  public void close() {
    series.values().forEach(ImageSeries::close);
  }
}
