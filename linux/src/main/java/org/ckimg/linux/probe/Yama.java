package org.ckimg.linux.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The security module that narrows whom ptrace(2) may attach to. */
public final class Yama {
  private static final Path SETTING = Path.of("/proc/sys/kernel/yama/ptrace_scope");

  private Yama() {}

  /** 0 the same user, 1 descendants only, 2 with CAP_SYS_PTRACE only, 3 nobody; 0 without it. */
  public static int scope() throws IOException {
    try {
      return Integer.parseInt(Files.readString(SETTING).strip());
    } catch (NoSuchFileException e) {
      return 0;
    }
  }
}
