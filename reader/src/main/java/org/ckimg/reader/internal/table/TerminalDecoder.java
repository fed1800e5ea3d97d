package org.ckimg.reader.internal.table;

import org.ckimg.spec.Presence;
import org.ckimg.spec.ksy.CkimgImage;
import org.ckimg.spec.model.Bytes;
import org.ckimg.spec.model.Terminal;

final class TerminalDecoder {
  private static final int EXCLUSIVE = 1;
  private static final int HUNG_UP = 1 << 1;
  private static final int STOPPED = 1 << 2;

  private final Ids objects;

  TerminalDecoder(Ids objects) {
    this.objects = objects;
  }

  Terminal decode(Row<CkimgImage.Terminal> row) {
    CkimgImage.Terminal r = row.value();
    Optionals present = new Optionals(r.present());
    return new Terminal(
        (int) r.file(),
        Bytes.of(r.modes()),
        r.rows(),
        r.columns(),
        present.value(
            Presence.Terminal.INPUT,
            () ->
                new Terminal.Input(
                    objects.optional(r.input()), PipeDecoder.lengths(row.numbers(r.lines())))),
        present.value(
            Presence.Terminal.SLAVE,
            () ->
                new Terminal.Slave(
                    (r.flags() & EXCLUSIVE) != 0,
                    (r.flags() & HUNG_UP) != 0,
                    (r.flags() & STOPPED) != 0,
                    objects.optional(r.output()))));
  }
}
