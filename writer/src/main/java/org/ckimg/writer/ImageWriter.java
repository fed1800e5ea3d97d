package org.ckimg.writer;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.WritableByteChannel;
import java.util.Optional;
import org.ckimg.spec.model.Checkpoint;
import org.ckimg.spec.model.Digest;
import org.ckimg.spec.model.Memory;
import org.ckimg.spec.model.MemoryObject;
import org.ckimg.spec.model.Origin;

/**
 * Writes one image, front to back: {@link #start}, {@link #writeObject} for each object, {@link
 * #finish}. The bytes follow from checkpoint, compression and signer, whatever the timing. After an
 * exception the output is no image and the writer takes no more calls but {@link #close}.
 *
 * <p>For one thread at a time. Only the calling thread uses the checkpoint's memory and the output.
 */
public final class ImageWriter implements Closeable {
  private enum State {
    NEW,
    STARTED,
    FINISHED,
    FAILED
  }

  private final Output output;
  private final WriterSettings settings;
  private State state = State.NEW;
  private Checkpoint checkpoint;
  private Container container;
  private TableSections tables;
  private BlockPipeline pipeline;
  private int nextObject = 1;

  private ImageWriter(Output output, WriterSettings settings) {
    this.output = output;
    this.settings = settings;
  }

  /**
   * A writer to {@code out}, which need not seek and is not closed.
   *
   * @throws IllegalArgumentException when {@code out} is in non-blocking mode
   */
  public static ImageWriter to(WritableByteChannel out, WriterSettings settings) {
    return new ImageWriter(new Output(out), settings);
  }

  /**
   * Writes a whole checkpoint with its own origin.
   *
   * @throws InvalidCheckpointException when no sound image can hold it
   * @throws IOException when memory cannot be read or {@code out} takes no bytes
   */
  public static WrittenImage write(
      Checkpoint checkpoint, WritableByteChannel out, WriterSettings settings) throws IOException {
    try (ImageWriter writer = to(out, settings)) {
      writer.start(checkpoint);
      for (MemoryObject object : checkpoint.objects()) {
        writer.writeObject(object.id());
      }
      return writer.finish(checkpoint.origin());
    }
  }

  /**
   * Checks everything but pages, then writes all that stands in front of them. The checkpoint's
   * extra sections are all written: whoever changes a checkpoint removes those that are not safe to
   * copy.
   *
   * @throws InvalidCheckpointException when no sound image can hold the checkpoint; nothing was
   *     written
   */
  public void start(Checkpoint checkpoint) throws IOException {
    enter(State.NEW);
    byte[] header = Header.of(checkpoint, settings.compression());
    TableSections rehearsal = new TableSections(checkpoint, (type, flags, item, meta) -> {});
    rehearsal.writeFront();
    rehearsal.writeBack(checkpoint.origin());
    this.checkpoint = checkpoint;
    container = new Container(output, header, checkpoint.host().pageSize());
    pipeline = new BlockPipeline(container, checkpoint.host().pageShift(), settings);
    tables = new TableSections(checkpoint, container);
    tables.writeFront();
    state = State.STARTED;
  }

  /**
   * Reads and encodes the pages of the next object. When this returns its memory is not needed any
   * more; the last of its blocks may be written by a later call.
   *
   * @param object 1 in the first call, 2 in the next, … up to the number of objects
   * @throws InvalidCheckpointException when pages lie outside the object, or bytes behind its
   *     length are not zero
   */
  public void writeObject(int object) throws IOException {
    if (object != nextObject || object > objects()) {
      throw new IllegalArgumentException(
          "object " + object + " where " + nextObject + " of " + objects() + " is next");
    }
    enter(State.STARTED);
    Memory memory = checkpoint.memory();
    int pageShift = checkpoint.host().pageShift();
    pipeline.add(new ObjectPages(checkpoint.object(object), memory, pageShift), memory);
    nextObject++;
    state = State.STARTED;
  }

  /**
   * Writes what stands behind the pages and hands everything to the channel.
   *
   * @param origin what is known last; it may differ from the checkpoint's
   * @throws IllegalStateException when not every object was written
   */
  public WrittenImage finish(Optional<Origin> origin) throws IOException {
    enter(State.STARTED);
    if (nextObject <= objects()) {
      throw new IllegalStateException("object " + nextObject + " was not written");
    }
    pipeline.drain();
    tables.writeBack(origin);
    Digest identity = container.finish(settings.signer());
    state = State.FINISHED;
    return new WrittenImage(identity, output.position(), pipeline.counts());
  }

  private int objects() {
    return checkpoint == null ? 0 : checkpoint.objects().size();
  }

  /** Until a call ends well it counts as failed. */
  private void enter(State expected) {
    if (state != expected) {
      throw new IllegalStateException("the writer is " + state + ", not " + expected);
    }
    state = State.FAILED;
  }

  /** Ends the workers; without {@link #finish} before, the output is no complete image. */
  @Override
  public void close() {
    state = State.FAILED;
    if (pipeline != null) {
      pipeline.close();
      pipeline = null;
    }
  }
}
