package org.ckimg.interop.criu;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.ckimg.interop.Row;
import org.ckimg.interop.criu.proto.DumpStats;
import org.ckimg.interop.criu.proto.StatsEntry;
import org.ckimg.interop.criu.proto.TimeNamespace;
import org.ckimg.interop.criu.proto.TimeSpec;
import org.ckimg.spec.MalformedImageException;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Origin;

/** When and how the set was made: CRIU keeps clocks with the time namespace, and durations. */
final class OriginReader {
  private static final long MICRO = 1_000;

  private final ImageSet set;
  private Optional<DumpStats> stats = Optional.empty();

  OriginReader(ImageSet set) {
    this.set = set;
  }

  Optional<Origin> read() throws IOException {
    Optional<Entry<StatsEntry>> entry = set.one("stats-dump", ImageKind.STATS, StatsEntry.parser());
    if (entry.isPresent() && entry.get().message().hasDump()) {
      stats = Optional.of(entry.get().message().getDump());
    }
    Optional<Entry<TimeNamespace>> clocks = Optional.empty();
    for (String name : set.startingWith("timens-")) {
      clocks = set.one(name, ImageKind.TIMENS, TimeNamespace.parser());
    }
    return Optional.of(
        new Origin(
            OptionalLong.empty(),
            clocks.isPresent()
                ? nanos(clocks.get().with(clocks.get().message().getMonotonic()))
                : OptionalLong.empty(),
            clocks.isPresent()
                ? nanos(clocks.get().with(clocks.get().message().getBoottime()))
                : OptionalLong.empty(),
            stopNanos(),
            OptionalLong.empty(),
            Optional.empty(),
            Optional.of(Bytes.utf8("CRIU")),
            Optional.empty(),
            Optional.empty()));
  }

  private static OptionalLong nanos(Entry<TimeSpec> time) throws MalformedImageException {
    TimeSpec spec = time.message();
    return spec.hasTvSec()
        ? OptionalLong.of(TimerDecoder.nanos(time, spec.getTvSec(), spec.getTvNsec(), 1))
        : OptionalLong.empty();
  }

  private OptionalLong stopNanos() {
    return stats.isPresent() && stats.get().hasFrozenTime()
        ? OptionalLong.of(Integer.toUnsignedLong(stats.get().getFrozenTime()) * MICRO)
        : OptionalLong.empty();
  }

  /** What CRIU counted; {@link #read} found it. */
  List<Row> statistics() {
    List<Row> rows = new ArrayList<>();
    if (stats.isPresent()) {
      DumpStats dump = stats.get();
      rows.add(
          new Row()
              .number(dump.hasFreezingTime(), "freezing-micros", dump.getFreezingTime())
              .number(dump.hasFrozenTime(), "frozen-micros", dump.getFrozenTime())
              .number(dump.hasMemdumpTime(), "memory-dump-micros", dump.getMemdumpTime())
              .number(dump.hasMemwriteTime(), "memory-write-micros", dump.getMemwriteTime())
              .number(dump.hasPagesScanned(), "pages-scanned", dump.getPagesScanned())
              .number(dump.hasPagesSkippedParent(), "pages-in-parent", dump.getPagesSkippedParent())
              .number(dump.hasPagesWritten(), "pages-written", dump.getPagesWritten())
              .number(dump.hasPagesLazy(), "pages-lazy", dump.getPagesLazy())
              .number(dump.hasShpagesScanned(), "shared-scanned", dump.getShpagesScanned())
              .number(
                  dump.hasShpagesSkippedParent(),
                  "shared-in-parent",
                  dump.getShpagesSkippedParent())
              .number(dump.hasShpagesWritten(), "shared-written", dump.getShpagesWritten()));
    }
    return rows;
  }
}
