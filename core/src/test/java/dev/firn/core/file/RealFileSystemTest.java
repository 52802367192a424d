package dev.firn.core.file;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class RealFileSystemTest extends FileSystemContract {

  @TempDir Path folder;

  private final RealFileSystem fs = new RealFileSystem();

  @Override
  FileSystem fs() {
    return fs;
  }

  @Override
  Path folder() {
    return folder;
  }
}
