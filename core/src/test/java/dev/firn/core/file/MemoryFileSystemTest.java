package dev.firn.core.file;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;

class MemoryFileSystemTest extends FileSystemContract {

  private final MemoryFileSystem fs = new MemoryFileSystem();

  @Override
  FileSystem fs() {
    return fs;
  }

  @Override
  Path folder() {
    return Path.of("/store");
  }

  @BeforeEach
  void createFolder() {
    fs.createDirectories(folder());
  }
}
