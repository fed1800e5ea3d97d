package org.ckimg.tools.json;

import java.io.IOException;
import org.ckimg.interop.Container;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Origin;
import org.ckimg.tools.decode.Times;
import org.ckimg.tools.input.ImageFacts;
import org.ckimg.tools.input.Subject;

/** The image itself, as several documents have it. */
final class ImageJson {
  private final Json json;
  private final Subject subject;
  private final Checkpoint checkpoint;

  ImageJson(Json json, Subject subject) {
    this.json = json;
    this.subject = subject;
    this.checkpoint = subject.checkpoint();
  }

  void fields() throws IOException {
    ImageFacts image = subject.image();
    json.text("format", image.format());
    json.text("identity", image.identity());
    json.number("bytes", image.lengthBytes());
    if (checkpoint.origin().isPresent()) {
      origin(checkpoint.origin().get());
    }
    json.flag("complete", image.complete());
    json.flag("partial", checkpoint.partial());
    if (checkpoint.redacted()) {
      json.flag("redacted", true);
    }
    json.text("parent", checkpoint.parent().map(parent -> parent.identity().toString()));
    if (checkpoint.parent().isPresent()) {
      json.number("depth", checkpoint.parent().get().depth());
    }
    if (image.isCkimg()) {
      json.flag("signed", image.signature().isPresent());
    }
    if (image.container().isPresent()) {
      json.object("container", () -> container(image.container().get()));
    }
  }

  private void container(Container container) throws IOException {
    json.text("name", container.name());
    json.text("id", container.id());
    json.text("image", container.image());
    json.text("engine", container.engine());
    json.text("created", container.created());
    json.text("checkpointed", container.checkpointed());
  }

  private void origin(Origin origin) throws IOException {
    if (origin.createdNanos().isPresent()) {
      json.text("created", Times.iso(origin.createdNanos().getAsLong()));
    }
    json.text("createdOn", origin.host());
    json.text("createdBy", origin.tool());
    json.text("codecs", origin.codecs());
    json.text("convertedFrom", origin.source());
    json.number("stopNanos", origin.stopNanos());
    json.number("copyNanos", origin.copyNanos());
    json.number("monotonicNanos", origin.monotonicNanos());
    json.number("boottimeNanos", origin.boottimeNanos());
  }
}
