package org.ckimg.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Locale;

/** What may have happened to a file while its program was away. */
enum Change {
  GROWN {
    @Override
    void make(Path file) throws Exception {
      Files.writeString(file, "a line of others\n", StandardOpenOption.APPEND);
    }
  },
  /** To nothing: then no page of a mapping is there. */
  CUT {
    @Override
    void make(Path file) throws Exception {
      Files.writeString(file, "");
    }
  },
  WRITTEN {
    @Override
    void make(Path file) throws Exception {
      String text = Files.readString(file);
      Files.writeString(file, "W" + text.substring(1).toUpperCase(Locale.ROOT));
    }
  },
  TOUCHED {
    @Override
    void make(Path file) throws Exception {
      Files.setLastModifiedTime(file, FileTime.fromMillis(1));
    }
  },
  REPLACED {
    @Override
    void make(Path file) throws Exception {
      Path copy = Files.copy(file, file.resolveSibling("copy"));
      Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
    }
  },
  /** By a FIFO: who opens it waits. */
  OTHER_KIND {
    @Override
    void make(Path file) throws Exception {
      Files.delete(file);
      Command.output(Requirements.program("mkfifo").toString(), file.toString());
    }
  },
  GONE {
    @Override
    void make(Path file) throws Exception {
      Files.delete(file);
    }
  };

  abstract void make(Path file) throws Exception;
}
