package dev.firn.test.fuzz;

import dev.firn.core.file.ForwardingFileSystem;
import dev.firn.core.file.MemoryFileSystem;
import dev.firn.core.file.ReadFile;
import dev.firn.test.MemoryDisk;
import java.nio.file.Path;

/** A readable folder with one file; much cheaper to make than a {@link MemoryFileSystem}. */
final class BytesFiles extends ForwardingFileSystem {

  private static final MemoryFileSystem EMPTY = new MemoryFileSystem();

  private final byte[] bytes;
  private BytesFile file;

  BytesFiles(byte[] bytes) {
    super(EMPTY);
    this.bytes = bytes;
    this.file = new BytesFile(MemoryDisk.DIRECTORY, bytes);
    file.close();
  }

  /** A table that is verified must still have its name. */
  @Override
  public boolean exists(Path path) {
    return path.equals(file.path());
  }

  @Override
  public ReadFile openRead(Path path) {
    file = new BytesFile(path, bytes);
    return file;
  }

  void assertClosed() {
    if (file.isOpen()) {
      throw new AssertionError(file.path() + " was left open");
    }
  }
}
