package org.ckimg.dumper;

import java.util.List;
import org.ckimg.linux.remote.Infection;
import org.ckimg.linux.remote.SeizedProcess;

/**
 * A stopped process of the tree.
 *
 * @param index its place in the image
 * @param process that stands still
 * @param infection that asks it
 * @param areas its mappings
 * @param descriptors its descriptors
 */
record Member(
    int index,
    SeizedProcess process,
    Infection infection,
    List<Area> areas,
    DescriptorCollector.Held descriptors) {
  int pid() {
    return process.pid();
  }
}
