package org.ckimg.dumper;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.ckimg.linux.proc.CpuFeatures;
import org.ckimg.linux.proc.VdsoImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.Vdso;

/** What the program runs on. */
final class HostCollector {
  private static final int LINUX = 1;
  private static final int PAGE_SHIFT = 12;
  private static final int XCR0_OFFSET = 464;

  private final Bytes kernelRelease;
  private final Bytes cpuFeatures;
  private final Vdso vdso;

  /** Reads what does not change, before the stop; every program has the same vdso as we. */
  HostCollector() throws IOException {
    kernelRelease =
        Bytes.utf8(
            Files.readString(Path.of("/proc/sys/kernel/osrelease"), StandardCharsets.ISO_8859_1)
                .strip());
    cpuFeatures = Bytes.utf8(String.join(" ", CpuFeatures.read()));
    VdsoImage image = VdsoImage.read((int) ProcessHandle.current().pid());
    vdso = new Vdso(Digest.of(image.digest()), Optional.of(Bytes.of(image.symbolLines())));
  }

  /** The host, with the extended state that {@code xstate} is an example of. */
  Host host(byte[] xstate) {
    return new Host(
        false,
        Host.X86_64,
        LINUX,
        PAGE_SHIFT,
        Optional.of(kernelRelease),
        Optional.of(cpuFeatures),
        OptionalLong.of(LittleEndian.word(xstate, XCR0_OFFSET)),
        OptionalInt.of(xstate.length),
        Optional.of(vdso));
  }
}
