package org.ckimg.reader.internal.table;

import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.FdType;
import org.ckimg.spec.model.OpenFile;

final class DescriptionDecoder {
  private final Ids files;
  private final EventDecoder events;
  private final SocketDecoder sockets;

  DescriptionDecoder(Ids files, EventDecoder events, SocketDecoder sockets) {
    this.files = files;
    this.events = events;
    this.sockets = sockets;
  }

  OpenFile decode(CkimgImage.Description r) {
    Optionals p = new Optionals(r.present());
    return new OpenFile(
        (int) r.id(),
        FdType.values()[r.type() - 1],
        files.optional(r.file()),
        (int) r.flags(),
        p.wide(Presence.Description.POSITION, r.position()),
        p.value(Presence.Description.OWNER, () -> new OpenFile.Owner(r.ownerType(), r.owner())),
        p.number(Presence.Description.SIGNAL, r.number()),
        sockets.of(r).or(() -> events.of(r)),
        r.state() == 0);
  }
}
