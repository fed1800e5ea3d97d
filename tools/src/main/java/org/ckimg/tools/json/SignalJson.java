package org.ckimg.tools.json;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.ckimg.spec.model.Host;
import org.ckimg.spec.model.PendingSignal;
import org.ckimg.spec.model.ProcessState;
import org.ckimg.spec.model.SignalAction;
import org.ckimg.spec.model.Timer;
import org.ckimg.tools.decode.SignalInfo;
import org.ckimg.tools.names.HostNames;
import org.ckimg.tools.names.SignalFlags;
import org.ckimg.tools.names.SignalNames;

/** Signals and timers of {@code ckimg.inspect/1}. */
final class SignalJson {
  private static final long DEFAULT = 0;
  private static final long IGNORE = 1;

  private final Json json;
  private final Host host;
  private final SignalNames names;

  SignalJson(Json json, Host host) {
    this.json = json;
    this.host = host;
    this.names = SignalNames.of(host);
  }

  void fields(ProcessState process) throws IOException {
    if (process.actions().isPresent()) {
      json.objects(
          "actions",
          process.actions().get().stream().filter(a -> a.handler() != DEFAULT).toList(),
          this::action);
    }
    pending(process.pending());
  }

  String name(SignalAction action) {
    return names.name(action.number());
  }

  void action(SignalAction action) throws IOException {
    json.text("signal", names.name(action.number()));
    json.number("number", action.number());
    if (action.handler() == IGNORE) {
      json.text("handler", "ignore");
    } else if (action.handler() == DEFAULT) {
      json.text("handler", "default");
    } else {
      json.hex("handler", action.handler());
    }
    json.strings("flags", SignalFlags.action(host, action.flags()));
    json.strings("mask", names.mask(action.mask()));
    if (action.restorer() != 0) {
      json.hex("restorer", action.restorer());
    }
  }

  void pending(Optional<List<PendingSignal>> signals) throws IOException {
    if (signals.isPresent()) {
      json.objects("pending", signals.get(), this::pending);
    }
  }

  private void pending(PendingSignal signal) throws IOException {
    SignalInfo info = SignalInfo.of(signal, host);
    json.text("signal", names.name(signal.number()));
    json.number("number", signal.number());
    json.number("code", info.code());
    json.number("pid", info.pid());
    if (info.uid().isPresent()) {
      json.id("uid", info.uid().getAsInt());
    }
    json.hex("value", info.value());
  }

  void timer(Timer timer) throws IOException {
    switch (timer) {
      case Timer.Interval t -> json.text("kind", t.kind().name().toLowerCase(Locale.ROOT));
      case Timer.Posix _ -> json.text("kind", "posix");
    }
    json.number("intervalNanos", timer.intervalNanos());
    json.number("valueNanos", timer.valueNanos());
    if (timer instanceof Timer.Posix posix) {
      posix(posix);
    }
  }

  private void posix(Timer.Posix timer) throws IOException {
    json.number("id", timer.id());
    json.text("clock", HostNames.clock(timer.clock()));
    json.text("notify", SignalFlags.notify(timer.notifyKind()));
    if (timer.signal() != 0) {
      json.text("signal", names.name(timer.signal()));
    }
    json.hex("value", timer.sigval());
    if (timer.tid() != 0) {
      json.number("tid", timer.tid());
    }
    json.number("overrun", timer.overrun());
  }
}
