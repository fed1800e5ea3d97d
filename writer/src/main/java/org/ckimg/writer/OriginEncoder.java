package org.ckimg.writer;

import java.io.IOException;
import org.ckimg.spec.Presence;
import org.ckimg.spec.model.Origin;

/** ORIGIN: when, where and by what. */
final class OriginEncoder implements TableEncoder {
  private final Origin origin;

  OriginEncoder(Origin origin) {
    this.origin = origin;
  }

  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    table
        .begin("origin")
        .u4(present())
        .zero(4)
        .u8(origin.createdNanos().orElse(0))
        .u8(origin.monotonicNanos().orElse(0))
        .u8(origin.boottimeNanos().orElse(0))
        .u8("stop_nanos", origin.stopNanos().orElse(0))
        .u8("copy_nanos", origin.copyNanos().orElse(0))
        .blob(origin.host())
        .blob(origin.tool())
        .blob(origin.codecs())
        .blob(origin.source())
        .end();
  }

  private int present() {
    return new Bits()
        .set(origin.createdNanos(), Presence.Origin.CREATED)
        .set(origin.monotonicNanos(), Presence.Origin.MONOTONIC)
        .set(origin.boottimeNanos(), Presence.Origin.BOOTTIME)
        .set(origin.stopNanos(), Presence.Origin.STOP)
        .set(origin.copyNanos(), Presence.Origin.COPY)
        .set(origin.host(), Presence.Origin.HOST)
        .set(origin.tool(), Presence.Origin.TOOL)
        .set(origin.codecs(), Presence.Origin.CODECS)
        .set(origin.source(), Presence.Origin.SOURCE)
        .value();
  }
}
