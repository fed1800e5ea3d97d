package org.ckimg.tools.triage;

import java.util.List;
import java.util.Optional;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.FileFacts;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Vma;
import org.ckimg.tools.decode.Mappings;

/**
 * Virtual machines and engines that make code while they run. In a program that has one of them
 * mapped, code without a file is what one expects; that is said, not hidden.
 */
final class Compilers {
  /** How the last part of a path starts. */
  private static final List<String> NAMES =
      List.of(
          "libjvm.so",
          "libj9jit",
          "libcoreclr.so",
          "libclrjit.so",
          "libmono",
          "libv8",
          "libnode.so",
          "node",
          "deno",
          "bun",
          "libjavascriptcoregtk",
          "libmozjs",
          "libxul.so",
          "chrome",
          "chromium",
          "luajit",
          "libluajit",
          "pypy",
          "libpypy",
          "beam.smp",
          "libwasmtime",
          "qemu-",
          "libLLVM");

  private Compilers() {}

  /** The first such file that a process has mapped as code. */
  static Optional<String> in(Checkpoint checkpoint, ProcessState process) {
    return process.vmas().stream()
        .filter(vma -> (vma.protection() & Vma.EXECUTE) != 0)
        .flatMap(vma -> Mappings.file(checkpoint, vma).stream())
        .filter(file -> !file.deleted())
        .map(FileFacts::path)
        .map(Object::toString)
        .filter(Compilers::isOne)
        .findFirst();
  }

  private static boolean isOne(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return NAMES.stream().anyMatch(name::startsWith);
  }
}
