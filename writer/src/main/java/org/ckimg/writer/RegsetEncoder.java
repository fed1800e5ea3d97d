package org.ckimg.writer;

import java.io.IOException;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.Regset;
import org.ckimg.spec.model.ThreadState;

/** REGISTERS, by thread and note type. */
final class RegsetEncoder implements TableEncoder {
  @Override
  public void encode(Context context, TableWriter table) throws IOException {
    int index = 0;
    for (ProcessState process : context.checkpoint().processes()) {
      for (ThreadState thread : process.threads()) {
        for (Regset regset : thread.regsets()) {
          table
              .begin("thread " + thread.tid() + ", note type " + regset.noteType())
              .ascending(index, Integer.toUnsignedLong(regset.noteType()))
              .u4(index)
              .u4(regset.noteType())
              .blob(regset.data())
              .end();
        }
        index++;
      }
    }
  }
}
