package dev.firn.test;

import dev.firn.core.file.AppendFile;
import dev.firn.core.file.FileSystem;
import dev.firn.core.file.ForwardingFileSystem;
import dev.firn.core.file.MappedFile;
import dev.firn.core.file.ReadFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** A file system whose syncs, mapped writes and positional reads a subclass can intercept. */
public abstract class InterceptedFileSystem extends ForwardingFileSystem {

  protected InterceptedFileSystem(FileSystem files) {
    super(files);
  }

  @Override
  public AppendFile create(Path file) {
    return new InterceptedAppendFile(super.create(file));
  }

  @Override
  public MappedFile map(Path file) {
    return new InterceptedMappedFile(super.map(file));
  }

  @Override
  public ReadFile openRead(Path file) {
    return new InterceptedReadFile(super.openRead(file));
  }

  /** Called for a read at a position; does it or leaves it out. */
  protected void read(Path file, long position, long length, Runnable read) {
    read.run();
  }

  /** Called for a write to a mapped file; does it or leaves it out. */
  protected void write(Path file, long position, Runnable write) {
    write.run();
  }

  /** Called for a write to a mapped file that its writer syncs next; does it or leaves it out. */
  protected void writeForSync(Path file, long position, Runnable write) {
    write(file, position, write);
  }

  /** Called for a sync of a file; does it or leaves it out. */
  protected void sync(Path file, Runnable sync) {
    sync.run();
  }

  private final class InterceptedAppendFile implements AppendFile {

    private final AppendFile file;

    InterceptedAppendFile(AppendFile file) {
      this.file = file;
    }

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public void append(MemorySegment source, long offset, long length) {
      file.append(source, offset, length);
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void sync() {
      InterceptedFileSystem.this.sync(file.path(), file::sync);
    }

    @Override
    public void close() {
      file.close();
    }
  }

  private final class InterceptedReadFile implements ReadFile {

    private final ReadFile file;

    InterceptedReadFile(ReadFile file) {
      this.file = file;
    }

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void read(long position, MemorySegment target, long offset, long length) {
      InterceptedFileSystem.this.read(
          file.path(), position, length, () -> file.read(position, target, offset, length));
    }

    @Override
    public MemorySegment map() {
      return file.map();
    }

    @Override
    public void close() {
      file.close();
    }
  }

  private final class InterceptedMappedFile implements MappedFile {

    private final MappedFile file;

    InterceptedMappedFile(MappedFile file) {
      this.file = file;
    }

    @Override
    public Path path() {
      return file.path();
    }

    @Override
    public long size() {
      return file.size();
    }

    @Override
    public void renamed(Path path) {
      file.renamed(path);
    }

    @Override
    public MemorySegment memory() {
      return file.memory();
    }

    @Override
    public void write(long position, MemorySegment source, long offset, long length) {
      InterceptedFileSystem.this.write(
          file.path(), position, () -> file.write(position, source, offset, length));
    }

    @Override
    public void writeForSync(long position, MemorySegment source, long offset, long length) {
      InterceptedFileSystem.this.writeForSync(
          file.path(), position, () -> file.writeForSync(position, source, offset, length));
    }

    @Override
    public void prefault() {
      file.prefault();
    }

    @Override
    public void sync(long position, long length) {
      InterceptedFileSystem.this.sync(file.path(), () -> file.sync(position, length));
    }

    @Override
    public void close() {
      file.close();
    }
  }
}
