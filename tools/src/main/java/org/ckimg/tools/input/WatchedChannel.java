package org.ckimg.tools.input;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;

/** A file that is read and never written, and tells how many bytes of it were read so far. */
public final class WatchedChannel extends FileChannel {
  private final FileChannel file;
  private final LongConsumer watcher;
  private final AtomicLong done = new AtomicLong();

  /**
   * Watches reads.
   *
   * @param file closed with this
   * @param watcher is told the sum after each read, by the thread that read
   */
  public WatchedChannel(FileChannel file, LongConsumer watcher) {
    this.file = file;
    this.watcher = watcher;
  }

  private int count(int bytes) {
    count((long) bytes);
    return bytes;
  }

  private long count(long bytes) {
    if (bytes > 0) {
      watcher.accept(done.addAndGet(bytes));
    }
    return bytes;
  }

  @Override
  public int read(ByteBuffer into) throws IOException {
    return count(file.read(into));
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    return count(file.read(into, offset, length));
  }

  @Override
  public int read(ByteBuffer into, long position) throws IOException {
    return count(file.read(into, position));
  }

  @Override
  public long transferTo(long position, long bytes, WritableByteChannel target) throws IOException {
    return count(file.transferTo(position, bytes, target));
  }

  @Override
  public long position() throws IOException {
    return file.position();
  }

  @Override
  public FileChannel position(long position) throws IOException {
    file.position(position);
    return this;
  }

  @Override
  public long size() throws IOException {
    return file.size();
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
    return file.map(mode, position, size);
  }

  @Override
  public void force(boolean metadata) throws IOException {
    file.force(metadata);
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) throws IOException {
    return file.lock(position, size, shared);
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return file.tryLock(position, size, shared);
  }

  @Override
  public int write(ByteBuffer from) {
    throw new NonWritableChannelException();
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) {
    throw new NonWritableChannelException();
  }

  @Override
  public int write(ByteBuffer from, long position) {
    throw new NonWritableChannelException();
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long position, long bytes) {
    throw new NonWritableChannelException();
  }

  @Override
  public FileChannel truncate(long size) {
    throw new NonWritableChannelException();
  }

  @Override
  protected void implCloseChannel() throws IOException {
    file.close();
  }
}
