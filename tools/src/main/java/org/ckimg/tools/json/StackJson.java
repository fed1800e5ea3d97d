package org.ckimg.tools.json;

import java.io.IOException;
import org.ckimg.tools.stacks.Backtrace;
import org.ckimg.tools.stacks.Frame;
import org.ckimg.tools.symbols.Place;

/**
 * Backtraces of {@code ckimg.inspect/1}.
 *
 * @param json what is written to
 */
record StackJson(Json json) {
  /** The stack of a thread; no field where its registers are not known. */
  void field(Backtrace trace) throws IOException {
    if (!trace.frames().isEmpty()) {
      json.object("stack", () -> fields(trace));
    }
  }

  private void fields(Backtrace trace) throws IOException {
    json.objects("frames", trace.frames(), this::frame);
    json.text("end", trace.end());
  }

  private void frame(Frame frame) throws IOException {
    json.hex("address", frame.address());
    json.hex("stack", frame.stack());
    json.text("trust", frame.trust());
    json.flag("signalFrame", frame.signalFrame());
    if (frame.place().isPresent()) {
      place(frame.place().get());
    }
  }

  private void place(Place place) throws IOException {
    json.text("module", place.module());
    json.text("function", place.symbol());
    json.number("offset", place.offset());
  }
}
