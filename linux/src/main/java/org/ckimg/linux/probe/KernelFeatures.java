package org.ckimg.linux.probe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.ckimg.linux.proc.Status;

/**
 * What this host lets the caller do. Every answer comes from an attempt that cannot change
 * anything, never from a version number: distributions and containers add and remove features.
 */
public final class KernelFeatures {
  private KernelFeatures() {}

  /**
   * Tries every feature; starts and ends one process.
   *
   * @return in a fixed order: tracing, memory, files, making processes, namespaces, capabilities
   * @throws IOException when /proc of the calling process cannot be read
   */
  public static List<Feature> probe() throws IOException {
    long capabilities = Status.read(Self.pid()).capEffective();
    List<Feature> features = new ArrayList<>();
    features.addAll(TracingProbe.features(capabilities));
    features.addAll(MemoryProbe.features());
    features.addAll(FileProbe.features());
    features.addAll(CreationProbe.features());
    features.addAll(NamespaceProbe.features());
    features.addAll(CapabilityProbe.features(capabilities));
    return List.copyOf(features);
  }
}
